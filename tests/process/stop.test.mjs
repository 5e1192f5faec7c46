// The ways to stop a node: each closes every client with its code and ends with 0.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import net from "node:net";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { FrameConnection, OPCODE } from "../support/frames.mjs";
import { process_test } from "../support/process_test.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

for (const signal of ["SIGTERM", "SIGINT"]) {
  process_test(`${signal} closes every client with 1001 and ends with 0, the managed Redis included`, async (scope) => {
    const cluster = await Cluster.start(scope);
    const clients = await WsClient.open_many(scope, cluster.url(), 30);
    await cluster.stop({ signal });
    for (const client of clients) assert.equal((await client.wait_for_close()).code, 1001);
    assert.equal(existsSync(cluster.admin_socket), false);
  });
}

process_test("SIGINT to the whole group, as Ctrl-C sends it, still closes every client with 1001", async (scope) => {
  const cluster = await Cluster.start(scope);
  const clients = await WsClient.open_many(scope, cluster.url(), 10);
  cluster.expect_exit();
  process.kill(-cluster.pid, "SIGINT");
  await cluster.wait_for_exit();
  for (const client of clients) assert.equal((await client.wait_for_close()).code, 1001);
});

process_test("belfry stop stops the node and returns when it has stopped", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await WsClient.open(scope, cluster.url());
  cluster.expect_exit();
  const { code, output } = await run_belfry(scope, ["stop", `--runtime-dir=${cluster.runtime_dir}`]);
  assert.equal(code, 0, output);
  await cluster.wait_for_exit();
  assert.equal((await client.wait_for_close()).code, 1001);
});

process_test("a client that never reads or answers does not keep the node from stopping", async (scope) => {
  const cluster = await Cluster.start(scope);
  const silent = await RawSocket.connect(scope, cluster.port);
  silent.write("GET / HTTP/1.1\r\n");
  silent.pause();
  await cluster.stop();
});

process_test("a WebSocket client that ignores the Close does not keep the node from stopping", async (scope) => {
  const cluster = await Cluster.start(scope);
  const deaf = await FrameConnection.open(scope, cluster.port, "/");
  await cluster.wait_for_clients(1);
  const started_at = performance.now();
  await cluster.stop();
  const took_ms = performance.now() - started_at;
  assert.ok(took_ms < 9_000, `stopped after ${took_ms} ms`); // after 10 s, the supervisor would have killed the worker
  assert.doesNotMatch(cluster.log, /not stopped after/);
  const close = await deaf.next();
  assert.equal(close.opcode, OPCODE.close);
  assert.equal(close.code, 1001);
});

process_test("a node without Redis stops as well", async (scope) => {
  const cluster = await Cluster.start(scope, { redis_url: "unix:///tmp/no-redis-here.sock", wait_for: "workers" });
  const client = await WsClient.open(scope, cluster.url());
  await cluster.stop();
  assert.equal((await client.wait_for_close()).code, 1001);
});

process_test("a second signal while stopping kills what is left, and the node still ends with 0", async (scope) => {
  const cluster = await Cluster.start(scope);
  cluster.expect_worker_deaths();
  await WsClient.open_many(scope, cluster.url(), 20);
  cluster.expect_exit();
  cluster.child.kill("SIGTERM");
  await cluster.stop();
});

// Says how a request of its own connection ended.
function ask_once(port) {
  return new Promise((resolve) => {
    let connected = false, answer = "";
    const socket = net.connect({ port, host: "127.0.0.1" }, () => {
      connected = true;
      socket.write("GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    });
    socket.on("data", (bytes) => (answer += bytes)).on("error", () => {});
    socket.on("close", () => resolve(!connected ? "not connected" : /^HTTP\/1.1 (200|503) /.test(answer) ? "answered" : "cut off"));
  });
}

process_test("whose connection comes while the node stops is answered, or is none", async (scope) => {
  const cluster = await Cluster.start(scope);
  const outcomes = { answered: 0, "not connected": 0, "cut off": 0 };
  let over = false;
  const visitor = async () => {
    while (!over) ++outcomes[await ask_once(cluster.port)];
  };
  const visitors = Array.from({ length: 20 }, visitor);
  await wait_until("they are served", 20_000, () => outcomes.answered > 200);
  await cluster.stop();
  over = true;
  await Promise.all(visitors);
  assert.equal(outcomes["cut off"], 0, JSON.stringify(outcomes));
});
