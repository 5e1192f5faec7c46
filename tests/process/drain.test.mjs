// `belfry drain` and SIGTERM with drain_time: the node says that it is going, waits, and closes its clients a few at a
// time, so that other nodes are not overrun.
import assert from "node:assert/strict";
import http from "node:http";

import { app_file } from "../support/app_file.mjs";
import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { post } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

function get(cluster, path, agent) {
  return new Promise((resolve, reject) => {
    http.get({ port: cluster.port, path, agent }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    }).on("error", reject);
  });
}

// The most events in any window of `window_ms`.
function densest(times, window_ms) {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((from, i) => sorted.filter((time, k) => k >= i && time < from + window_ms).length));
}

process_test("drain says so, waits, closes each client with its code over the time, and ends the node with 0", async (scope) => {
  const flags = [app_file(scope, {}, "[raw]\nenabled = true\n"), "--drain-delay=500ms"];
  const cluster = await Cluster.start(scope, { flags });
  const pusher = await Promise.all(Array.from({ length: 30 }, () => PusherWs.open(scope, cluster)));
  const raw = await WsClient.open_many(scope, cluster.url(), 30);
  await cluster.wait_for_clients(60);
  const closed_at = [];
  for (const { closed } of [...pusher.map(({ ws }) => ws), ...raw]) closed.then(() => closed_at.push(performance.now()));
  cluster.expect_exit();
  const { code, output } = await run_belfry(scope, ["drain", "--over=3s", `--runtime-dir=${cluster.runtime_dir}`]);
  assert.equal(code, 0, output);
  assert.match(output, /^draining: 60 clients, closed over 3 s after 0\.5 s$/m);
  await cluster.wait_for_exit();
  for (const { ws } of pusher) assert.equal((await ws.closed).code, 4200);
  for (const client of raw) assert.equal((await client.closed).code, 1001);
  assert.ok(densest(closed_at, 1_000) <= 45, `${closed_at}`); // 20 a second on average; all at once would be 60
});

process_test("while it waits, a draining node is not ready, takes new clients, and serves the API", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: [app_file(scope), "--drain-delay=60s"] });
  const old = await PusherWs.open(scope, cluster);
  await old.subscribe("orders");
  assert.equal((await get(cluster, "/ready")).status, 200);
  const answer = await cluster.ask("drain 10s");
  assert.deepEqual(answer, { draining: true, clients: answer.clients, delay_s: 60, over_s: 10 });
  await wait_until("both workers say so", 10_000, async () => {
    const { status, body } = await get(cluster, "/ready");
    return status === 503 && /the server is draining/.test(body);
  });
  assert.equal((await get(cluster, "/up")).status, 200);
  const young = await PusherWs.open(scope, cluster);
  await young.subscribe("orders");
  const posted = await post(cluster, { name: "shipped", channels: ["orders"], data: "1" });
  assert.equal(posted.status, 200);
  await old.gets((event) => event.event === "shipped");
  await young.gets((event) => event.event === "shipped");
  const status = await cluster.status();
  assert.equal(status.state, "draining");
  assert.ok(status.drain_left_s > 60 && status.drain_left_s <= 70, status.drain_left_s);
  for (const command of ["reload", "restart"])
    assert.equal((await cluster.ask(command)).error, "the supervisor stops", command);
  await cluster.stop({ signal: "SIGINT" });
});

process_test("a draining node ends kept-alive connections with their next answer", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: [app_file(scope), "--drain-delay=60s", "--workers=1"] });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  scope.defer(() => agent.destroy());
  assert.notEqual((await get(cluster, "/up", agent)).headers.connection, "close");
  await cluster.ask("drain");
  await wait_until("the answer says close", 10_000, async () =>
    (await get(cluster, "/up", agent)).headers.connection === "close");
  await cluster.stop({ signal: "SIGINT" });
});

process_test("once it closes clients, a draining node refuses upgrades with 503 and still serves the API", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: [app_file(scope), "--drain-delay=0s"] });
  const clients = await Promise.all(Array.from({ length: 20 }, () => PusherWs.open(scope, cluster)));
  await cluster.ask("drain 60s");
  await wait_until("upgrades are refused", 10_000, async () => {
    const client = new WsClient(scope, cluster.url(`/app/${APP.key}?protocol=7`), {});
    return client.opened.then(() => false, (error) => /503/.test(error.message));
  });
  assert.ok(clients.some(({ ws }) => ws.is_open), "clients stay until it is their turn");
  const posted = await post(cluster, { name: "shipped", channels: ["orders"], data: "1" });
  assert.equal(posted.status, 200);
  await cluster.stop({ signal: "SIGINT" });
});

process_test("SIGTERM drains where drain_time says so, and a second one stops at once", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--drain-time=60s", "--drain-delay=0s"] });
  const clients = await WsClient.open_many(scope, cluster.url(), 20);
  cluster.expect_exit();
  cluster.child.kill("SIGTERM");
  await cluster.wait_for_status("the node drains", (status) => status.state === "draining");
  assert.ok(clients.some((client) => client.is_open));
  await cluster.stop();
  for (const client of clients) assert.equal((await client.wait_for_close()).code, 1001);
});

process_test("a node without clients drains for as long as drain_delay only", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--drain-time=1h", "--drain-delay=100ms"] });
  await cluster.stop(); // within the harness' deadline
});

process_test("a worker that is started while the node drains goes along", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--drain-delay=0s", "--debug-commands=true"] });
  cluster.expect_worker_deaths();
  await WsClient.open_many(scope, cluster.url(), 40);
  await cluster.wait_for_clients(40);
  await cluster.ask("drain 1h");
  const { pid } = await cluster.worker(0);
  await cluster.ask("debug crash 0");
  await cluster.wait_for_status("it has a successor", ({ workers: [worker] }) =>
    worker.pid !== pid && worker.state === "running");
  await wait_until("both workers refuse upgrades", 20_000, async () => {
    const attempts = Array.from({ length: 20 }, () => new WsClient(scope, cluster.url(), {}).opened);
    return (await Promise.allSettled(attempts)).every(({ status }) => status === "rejected");
  });
  await cluster.stop({ signal: "SIGINT" });
});

process_test("a drain that is under way can be made shorter", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--drain-time=1h", "--drain-delay=0s"] });
  const clients = await WsClient.open_many(scope, cluster.url(), 20);
  await cluster.wait_for_clients(20);
  cluster.expect_exit();
  cluster.child.kill("SIGTERM");
  await cluster.wait_for_log(/shedding clients/);
  const { over_s, delay_s } = await cluster.ask("drain 1s");
  assert.deepEqual({ over_s, delay_s }, { over_s: 1, delay_s: 0 });
  await cluster.wait_for_exit();
  for (const client of clients) assert.equal((await client.closed).code, 1001);
});

process_test("drain and rebalance take no longer than an hour", async (scope) => {
  const cluster = await Cluster.start(scope);
  for (const command of ["drain 61m", "rebalance 3000000h"])
    assert.match((await cluster.ask(command)).error, /is longer than 1h/, command);
});

for (const [words, mistake] of [[["--over=soon"], /"soon" is no duration/], [["--over=-1s"], /no duration/]]) {
  process_test(`drain ${words.join(" ")} is refused before anything is asked`, async (scope) => {
    const { code, output } = await run_belfry(scope, ["drain", ...words, "--admin-socket=/nowhere/admin.sock"]);
    assert.equal(code, 64, output);
    assert.match(output, mistake);
  });
}
