// The diagnostic echo: its limits, and that it stops reading in place of queueing.
import assert from "node:assert/strict";

import { runs_under_sanitizer } from "../support/belfry.mjs";
import { resident_kb } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { FrameConnection, OPCODE, binary, continuation, text } from "../support/frames.mjs";
import { process_test } from "../support/process_test.mjs";
import { WsClient } from "../support/ws_client.mjs";

const LIMIT = 16 * 1024 * 1024;
const FLAGS = ["--echo-path=/echo", "--workers=1"];

process_test("16 MiB are echoed, one byte more is 1009", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: FLAGS });
  const client = await WsClient.open(scope, cluster.url("/echo"), { maxPayload: LIMIT });
  const largest = Buffer.alloc(LIMIT, "belfry");
  client.send(largest);
  assert.ok((await client.next(60_000)).equals(largest));
  client.send(Buffer.alloc(LIMIT + 1));
  assert.equal((await client.wait_for_close()).code, 1009);
});

process_test("a message of 65,536 fragments is echoed, one fragment more is refused", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: FLAGS });
  for (const [fragments, opcode] of [[65_536, OPCODE.text], [65_537, OPCODE.close]]) {
    const connection = await FrameConnection.open(scope, cluster.port, "/echo");
    const middle = continuation("x", { fin: false });
    connection.write(text("x", { fin: false }), ...Array(fragments - 2).fill(middle), continuation("x"));
    const frame = await connection.next(60_000);
    assert.equal(frame.opcode, opcode);
    if (opcode === OPCODE.text) assert.equal(frame.payload.length, fragments);
    else assert.equal(frame.code, 1009);
  }
});

process_test("a client that does not read its echoes does not grow the worker", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: FLAGS });
  const { pid } = await cluster.worker(0);
  const flooder = await FrameConnection.open(scope, cluster.port, "/echo");
  flooder.raw.pause();
  const frame = binary(Buffer.alloc(64 * 1024));
  const before = resident_kb(pid);
  // The kernel's buffers take a few MiB; once nothing moves any more, 64 MiB are not yet sent.
  for (let i = 0; i < 1024; i++) flooder.raw.write(frame);
  await cluster.wait_for_status("nothing moves any more", once_steady(() => flooder.raw.socket.bytesWritten
    - flooder.raw.socket.writableLength));
  const growth = resident_kb(pid) - before;
  scope.t.diagnostic(`resident memory grew by ${growth} KiB`);
  if (!runs_under_sanitizer) assert.ok(growth < 8 * 1024, `grew by ${growth} KiB`);

  flooder.raw.resume();
  for (let i = 0; i < 1024; i++) assert.equal((await flooder.next(60_000)).payload.length, 64 * 1024);
});

// True once the value has been the same for a second.
function once_steady(value) {
  let last = NaN;
  let since = 0;
  return () => {
    const now = value();
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since > 1000;
  };
}

process_test("an echo client hears nothing of the broadcast", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: FLAGS });
  const echo = await WsClient.open(scope, cluster.url("/echo"));
  const raw = await WsClient.open(scope, cluster.url());
  raw.send("broadcast");
  await raw.next();
  echo.send("mine");
  assert.equal(await echo.next(), "mine");
  assert.deepEqual(echo.messages, ["mine"]);
});
