// What Prometheus reads, over its own listener.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import net from "node:net";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { metrics_address, request_metrics, sum_of } from "../support/metrics.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { get, post } from "../support/signed_request.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const DEADLINE_MS = 20_000;
const FREE_PORT = "--metrics-listen=127.0.0.1:0";

function start(scope, ...flags) {
  return Cluster.start(scope, { flags: [FREE_PORT, ...flags] });
}

function metrics_when(cluster, sentence, condition) {
  return wait_until(sentence, DEADLINE_MS, async () => {
    const { body } = await request_metrics(cluster);
    return condition(body) && body;
  });
}

process_test("connections, messages, refusals and durations are counted by worker, reason and app", async (scope) => {
  const cluster = await start(scope);
  const client = await PusherWs.open(scope, cluster);
  await client.subscribe("private-a");
  await post(cluster, { name: "e", channels: ["private-a"], data: "hello" });
  await post(cluster, { name: "e", channels: ["a b"], data: "hello" });
  await (await WsClient.open(scope, cluster.url("/app/nobody?protocol=7"))).closed;
  const app = { app_id: APP.id };
  const text = await metrics_when(cluster, "everything is counted", (now) =>
    sum_of(now, "belfry_worker_broadcast_latency_seconds_count") > 0 && sum_of(now, "belfry_refusals_total") >= 2);
  assert.equal(sum_of(text, "belfry_connected", app), 1);
  assert.equal(sum_of(text, "belfry_new_connections_total", app), 1);
  assert.ok(sum_of(text, "belfry_ws_messages_sent_total", app) >= 3);
  assert.ok(sum_of(text, "belfry_socket_transmitted_bytes_total", app) > 100);
  assert.equal(sum_of(text, "belfry_http_calls_received_total", app), 2);
  assert.ok(sum_of(text, "belfry_http_received_bytes_total", app) > 50);
  assert.equal(sum_of(text, "belfry_refusals_total", { reason: "unknown_app" }), 1);
  assert.equal(sum_of(text, "belfry_refusals_total", { reason: "api_request" }), 1);
  assert.equal(sum_of(text, "belfry_app_refusals_total", app), 1);
  assert.equal(sum_of(text, "belfry_worker_up"), 2);
  for (const name of ["loop_lag", "redis_latency"])
    assert.ok(sum_of(text, `belfry_worker_${name}_seconds_count`, { worker: "0" }) > 0, name);
});

process_test("what the HTTP API could not answer without Redis is a refusal, too", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: [FREE_PORT, "--workers=1"] });
  await redis.kill();
  for (const path of ["channels", "channels/a", "channels/presence-a/users", "connections"])
    assert.equal((await get(cluster, path)).status, 503, path);
  assert.equal((await post(cluster, { name: "e", channels: ["a"], data: "1" })).status, 503);
  await metrics_when(cluster, "each is counted", (now) => sum_of(now, "belfry_refusals_total", { reason: "api_redis" }) === 5);
});

process_test("what a worker had counted before it crashed is still there, up to its end", async (scope) => {
  const cluster = await start(scope, "--debug-commands=true", "--workers=1");
  cluster.expect_worker_deaths();
  const client = await WsClient.open(scope, cluster.url());
  for (let i = 0; i < 50; ++i) client.send("x");
  await wait_until("the client heard the last", DEADLINE_MS, () => client.messages.length === 50);
  await cluster.ask("debug crash 0");
  const text = await metrics_when(cluster, "the successor counts", (now) =>
    sum_of(now, "belfry_worker_restarts_total") === 1 && sum_of(now, "belfry_worker_up") === 1);
  assert.equal(sum_of(text, "belfry_worker_messages_received_total"), 50);
  assert.equal(sum_of(text, "belfry_worker_messages_sent_total"), 50);
  assert.equal(sum_of(text, "belfry_worker_clients"), 0);
});

process_test("the prefix is configured, and with Soketi's its names are there", async (scope) => {
  const cluster = await start(scope, "--metrics-prefix=soketi_");
  await PusherWs.open(scope, cluster);
  await metrics_when(cluster, "Soketi's names", (now) =>
    sum_of(now, "soketi_connected", { app_id: APP.id, port: String(cluster.port) }) === 1
    && sum_of(now, "soketi_socket_transmitted_bytes") > 0 && sum_of(now, "soketi_new_connections_total") === 1
    && !now.includes("belfry_"));
});

process_test("only GET and HEAD of /metrics are answered, and who says too much is cut off", async (scope) => {
  const cluster = await start(scope);
  const head = await request_metrics(cluster, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.match(head.headers["content-type"], /^text\/plain; version=0\.0\.4/);
  assert.equal((await request_metrics(cluster, { path: "/" })).status, 404);
  assert.equal((await request_metrics(cluster, { method: "POST" })).status, 405);
  const [host, port] = (await metrics_address(cluster)).split(":");
  const chatty = net.connect(port, host).setEncoding("utf8").on("error", () => {});
  scope.defer(() => chatty.destroy());
  let answer = "";
  chatty.on("data", (text) => (answer += text)).write("x".repeat(100_000));
  await wait_until("it is refused", DEADLINE_MS, () => answer.startsWith("HTTP/1.1 431"));
});

process_test("silent clients of the metrics keep nobody out", async (scope) => {
  const cluster = await start(scope);
  const [host, port] = (await metrics_address(cluster)).split(":");
  const silent = Array.from({ length: 40 }, () => net.connect(port, host).on("error", () => {}));
  scope.defer(() => silent.forEach((socket) => socket.destroy()));
  assert.equal((await request_metrics(cluster)).status, 200);
  await wait_until("all of them have had their time", DEADLINE_MS, () => silent.every((socket) => socket.closed));
});

process_test("an address that is named must be free; the default one need not be", async (scope) => {
  const first = await start(scope);
  const taken = await metrics_address(first);
  const directory = make_temp_dir(scope);
  const refused = await run_belfry(scope, ["serve", `--runtime-dir=${directory}`, "--listen=127.0.0.1:0",
    `--metrics-listen=${taken}`]);
  assert.equal(refused.code, 1);
  assert.match(refused.output, new RegExp(`metrics\\.listen: ${taken} is in use`));
  assert.deepEqual(readdirSync(directory), []);
  const [second, third] = await Promise.all([Cluster.start(scope), Cluster.start(scope)]);
  const found = [(await second.status()).metrics, (await third.status()).metrics];
  for (const { listen, refusal } of found) assert.ok(listen === "127.0.0.1:9601" || /9601 is in use/.test(refusal));
});

process_test("metrics may be off", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--metrics-listen="] });
  assert.deepEqual((await cluster.status()).metrics, { listen: null });
});
