// How a worker sends, with io_uring and without: everybody gets everything, whole and in order.
import assert from "node:assert/strict";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const MESSAGES = 200;
const CLIENTS = 300;

for (const io_uring of ["auto", "off"]) {
  process_test(`with io_uring = ${io_uring} ${CLIENTS} clients get ${MESSAGES} messages of all sizes, in order`, async (scope) => {
    const node = await Cluster.start(scope, { flags: ["--workers=1", `--io-uring=${io_uring}`] });
    const { send_engine } = await node.worker(0);
    if (io_uring === "off") assert.equal(send_engine, "sendmsg");
    else assert.ok(send_engine === "io_uring" || /sending without io_uring/.test(node.log), send_engine);
    const clients = await WsClient.open_many(scope, node.url(), CLIENTS);
    const messages = Array.from({ length: MESSAGES }, (_, i) => `${i} ${"x".repeat((i * 397) % 5000)}`);
    const slow = clients.at(-1);
    slow.socket._socket.pause();
    for (const message of messages) clients[0].send(message);
    await wait_until("all but the slow one have them", 60_000, () =>
      clients.slice(0, -1).every((client) => client.messages.length === MESSAGES));
    slow.socket._socket.resume();
    await wait_until("the slow one has them too", 60_000, () => slow.messages.length === MESSAGES);
    for (const client of clients) assert.deepEqual(client.messages, messages);
  });
}

process_test("io_uring takes auto, on and off", async (scope) => {
  const { code, output } = await run_belfry(scope, ["check", "--io-uring=maybe"]);
  assert.equal(code, 78);
  assert.match(output, /io_uring/);
});
