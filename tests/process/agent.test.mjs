// balance.agent: what HAProxy's agent-check hears from a node.
import assert from "node:assert/strict";
import net from "node:net";

import { run_belfry } from "../support/belfry.mjs";
import { open_descriptors } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const DEADLINE_MS = 20_000;
const MOST_CLIENTS = 64;

function start(scope, options = {}) {
  return Cluster.start(scope, { ...options, flags: ["--workers=1", "--balance-agent=127.0.0.1:0", ...(options.flags ?? [])] });
}

async function agent_port(cluster) {
  return Number(/^127\.0\.0\.1:(\d+)$/.exec((await cluster.status()).agent)[1]);
}

async function ask(scope, cluster, send = "") {
  const socket = await RawSocket.connect(scope, await agent_port(cluster));
  if (send) socket.write(send);
  await socket.wait_for_end();
  const { text, reset } = socket;
  socket.destroy();
  assert.ok(!reset);
  return text;
}

process_test("a node that serves is ready and up, with the room that it has as its weight", async (scope) => {
  const cluster = await start(scope, { max_files: 400 });
  const { capacity } = await cluster.status();
  assert.ok(capacity < 400 && capacity % 4 === 0, `${capacity}`);
  assert.equal(await ask(scope, cluster), "ready up 100%\n");
  await WsClient.open_many(scope, cluster.url(), capacity / 4);
  await cluster.wait_for_clients(capacity / 4);
  assert.equal(await ask(scope, cluster), "ready up 75%\n");
  assert.equal(await ask(scope, cluster, "belfry\n"), "ready up 75%\n");
});

process_test("a node that drains says so, until it is started anew", async (scope) => {
  const cluster = await start(scope);
  const client = await WsClient.open(scope, cluster.url());
  await cluster.wait_for_clients(1);
  assert.ok((await cluster.ask("drain 60s")).draining);
  assert.equal(await ask(scope, cluster), "drain\n");
  assert.ok(client.is_open);
  const port = await agent_port(cluster);
  await cluster.stop({ signal: "SIGINT" });
  const again = await Cluster.start(scope, { flags: ["--workers=1", `--balance-agent=127.0.0.1:${port}`] });
  assert.equal(await ask(scope, again), "ready up 100%\n");
});

process_test("clients that do not close are cut, and are never more than a few", async (scope) => {
  const cluster = await start(scope);
  const before = open_descriptors(cluster.pid);
  const port = await agent_port(cluster);
  const silent = await Promise.all(Array.from({ length: 2 * MOST_CLIENTS }, () => RawSocket.connect(scope, port)));
  await Promise.all(silent.map((socket) => socket.wait_for_end()));
  assert.ok(open_descriptors(cluster.pid) <= before + MOST_CLIENTS + 1);
  for (const socket of silent) assert.match(socket.text, /^ready up \d+%\n$/);
  await wait_until("they are cut", DEADLINE_MS, () => open_descriptors(cluster.pid) <= before);
});

process_test("an address that is in use is named at the start", async (scope) => {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.defer(() => server.close());
  const { port } = server.address();
  const { code, output } = await run_belfry(scope, ["serve", `--runtime-dir=${make_temp_dir(scope)}`,
    "--listen=127.0.0.1:0", `--balance-agent=127.0.0.1:${port}`]);
  assert.equal(code, 1);
  assert.match(output, new RegExp(`balance\\.agent: 127\\.0\\.0\\.1:${port} is in use by another process`));
});

process_test("status shows no agent where none is configured", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=1"] });
  assert.equal((await cluster.status()).agent, null);
});
