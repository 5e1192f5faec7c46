// `belfry bench` against a real node: what it counts is what happened. Nothing here is about how fast that was.
import assert from "node:assert/strict";

import { app_file } from "../support/app_file.mjs";
import { BELFRY, run_belfry } from "../support/belfry.mjs";
import { Child } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { FaultyBroadcast } from "../support/faulty_broadcast.mjs";
import { free_port } from "../support/free_port.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { Redis } from "../support/redis.mjs";
import { TlsNode } from "../support/tls_node.mjs";
import { wait_until, within } from "../support/wait_until.mjs";

// Of `belfry bench ARGS --json`, which must succeed.
async function report_of(scope, ...args) {
  const { code, stdout, output } = await run_belfry(scope, ["bench", ...args, "--json", "--quiet"]);
  assert.equal(code, 0, output);
  return JSON.parse(stdout);
}

function expect_nothing_wrong({ connections, messages, deliveries }, subscribers_of_a_message) {
  assert.equal(connections.opened, connections.asked);
  assert.equal(connections.lost, 0);
  assert.ok(messages.sent > 0);
  assert.equal(messages.refused, 0);
  if (subscribers_of_a_message) assert.equal(deliveries.expected, messages.sent * subscribers_of_a_message);
  assert.equal(deliveries.received, deliveries.expected);
  for (const fault of ["lost", "duplicate", "out_of_order", "stray"]) assert.equal(deliveries[fault], 0, fault);
}

const SHORT = ["--duration=0.5", "--warm-up=0.2"];

process_test("connect opens and holds connections, and says what each costs the server", async (scope) => {
  const cluster = await Cluster.start(scope);
  const report = await report_of(scope, "connect", `--runtime-dir=${cluster.runtime_dir}`, "--connections=300",
    "--channels=7", "--hold=0.5", "--processes=2");
  assert.deepEqual({ ...report.connections, opening_s: 0, opened_per_s: 0 },
    { asked: 300, opened: 300, failed: 0, opening_s: 0, opened_per_s: 0, lost: 0 });
  assert.equal(report.processes, 2);
  assert.equal(report.handshake_ms.established.count, 300);
  assert.equal(report.handshake_ms.subscribed.count, 300);
  assert.ok(report.server.pss_bytes > 0);
  assert.ok(report.server.cpu_us_per_connection > 0);
  assert.ok(report.generator.cpu_us_per_connection > 0);
  assert.equal(report.interrupted, false);
  await cluster.wait_for_clients(0);
});

process_test("connect speaks the raw protocol, and measures the processes that --pids names", async (scope) => {
  const cluster = await Cluster.start(scope);
  const pids = await cluster.worker_pids();
  const report = await report_of(scope, "connect", cluster.url(), "--protocol=raw", "--connections=50",
    `--pids=${pids.join(",")}`);
  assert.equal(report.connections.opened, 50);
  assert.equal(report.handshake_ms.subscribed, undefined);
  assert.ok(report.server.pss_bytes > 0);
});

process_test("what was not measured is absent", async (scope) => {
  const cluster = await Cluster.start(scope);
  const report = await report_of(scope, "connect", cluster.url(), "--connections=10");
  assert.equal(report.server, undefined);
  assert.equal(report.redis, undefined);
  assert.equal(report.hold, undefined);
});

process_test("fanout over the HTTP API reaches each subscriber once, in closed and in open loop", async (scope) => {
  const cluster = await Cluster.start(scope);
  const node = `--runtime-dir=${cluster.runtime_dir}`;
  const closed = await report_of(scope, "fanout", node, "--connections=60", "--in-flight=8", ...SHORT);
  expect_nothing_wrong(closed, 60);
  assert.ok(closed.latency_ms.count > 0);
  for (const name of ["p50", "p90", "p99", "p99.9", "max"]) assert.ok(closed.latency_ms[name] > 0, name);
  assert.ok(closed.server.cpu_us_per_delivery > 0);
  assert.ok(closed.redis.cpu_us_per_delivery > 0);
  assert.ok(closed.generator.cpu_us_per_delivery > 0);

  const open = await report_of(scope, "fanout", node, "--connections=60", "--channels=3", "--rate=100", ...SHORT,
    "--processes=2", "--size=1000");
  expect_nothing_wrong(open, 20);
  assert.equal(open.messages.sent, 70);
  assert.equal(open.latency_ms.count, 50 * 20);
});

process_test("fanout with subscribers that read nothing measures the others, until the server closes them", async (scope) => {
  const config = app_file(scope, { max_event_payload_in_kb: 100 });
  const cluster = await Cluster.start(scope, { flags: [config, "--workers=1", "--max-queue-in-kb=64"] });
  const node = `--runtime-dir=${cluster.runtime_dir}`;
  const report = await report_of(scope, "fanout", node, config, "--connections=8", "--stalled=2", "--in-flight=4", "--size=60000",
    "--warm-up=0.2", "--duration=4");
  expect_nothing_wrong(report, 6);
  assert.equal(report.stalled, 2);
  const { workers: [{ slow_closed }] } = await cluster.status();
  assert.equal(slow_closed, 2, `${report.messages.sent} messages`);
});

process_test("fanout of client events needs an app without their limit, and says so", async (scope) => {
  const limited = await Cluster.start(scope);
  const args = ["fanout", "--via=ws", "--connections=20", "--channels=2", "--in-flight=4", ...SHORT];
  const refused = await run_belfry(scope, ["bench", ...args, `--runtime-dir=${limited.runtime_dir}`]);
  assert.equal(refused.code, 1);
  assert.match(refused.output, /max_client_events_per_second/);

  const file = app_file(scope, { max_client_events_per_second: 0 });
  const cluster = await Cluster.start(scope, { flags: [file] });
  const report = await report_of(scope, ...args, file, `--runtime-dir=${cluster.runtime_dir}`);
  expect_nothing_wrong(report, 10);
});

process_test("fanout through Redis: the managed one, and one of its own with two nodes", async (scope) => {
  const cluster = await Cluster.start(scope);
  expect_nothing_wrong(await report_of(scope, "fanout", "--via=redis", "--connections=30", "--channels=3", ...SHORT,
    `--runtime-dir=${cluster.runtime_dir}`), 10);

  const redis = await Redis.start(scope, { tcp: true, password: "secret" });
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url_with_password })));
  for (const node of nodes)
    expect_nothing_wrong(await report_of(scope, "fanout", node.url(), "--via=redis", "--connections=30", ...SHORT,
      `--redis-url=${redis.url_with_password}`, `--app=${APP.id}`), 30);
});

process_test("subscribers over TLS are measured like the others", async (scope) => {
  const { cluster, port } = await TlsNode.start(scope);
  const node = `--runtime-dir=${cluster.runtime_dir}`;
  const connected = await report_of(scope, "connect", node, "--tls", "--connections=100", "--channels=3", "--hold=0.2");
  assert.equal(connected.connections.opened, 100);
  assert.equal(connected.url, `wss://127.0.0.1:${port}/app/app-key?protocol=7&client=belfry&version=0.1.0`);
  const closed = await report_of(scope, "fanout", node, "--tls", "--connections=60", "--in-flight=8", "--size=9000", ...SHORT);
  expect_nothing_wrong(closed, 60);
  const through_redis = await report_of(scope, "fanout", node, `wss://127.0.0.1:${port}/`, "--via=redis",
    "--connections=20", ...SHORT);
  expect_nothing_wrong(through_redis, 20);
  const refused = await run_belfry(scope, ["bench", "fanout", `wss://127.0.0.1:${port}/`]);
  assert.equal(refused.code, 64);
  assert.match(refused.output, /with wss:\/\/ only --via=redis publishes/);
});

process_test("fanout of the raw protocol, over a WebSocket and through Redis", async (scope) => {
  const cluster = await Cluster.start(scope);
  const node = `--runtime-dir=${cluster.runtime_dir}`;
  for (const via of ["ws", "redis"])
    expect_nothing_wrong(await report_of(scope, "fanout", node, "--protocol=raw", `--via=${via}`, "--connections=40",
      "--processes=3", "--in-flight=5", ...SHORT), 40);
});

process_test("fanout counts each message that a server loses, repeats or reorders", async (scope) => {
  const server = await FaultyBroadcast.start(scope);
  const report = await report_of(scope, "fanout", server.url("/sub"), "--protocol=raw", "--publish-path=/pub",
    "--connections=5", "--rate=100", "--warm-up=0", "--duration=1", "--processes=2");
  assert.equal(server.published, 100);
  assert.deepEqual({ ...report.deliveries, per_s: 0 },
    { expected: 500, received: 500, lost: 50, duplicate: 50, out_of_order: 50, stray: 0, per_s: 0 });
});

process_test("fanout says which messages the HTTP API refused, and does not wait for them", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: [app_file(scope, { max_backend_events_per_second: 20 })] });
  const report = await report_of(scope, "fanout", cluster.url(), `--app-id=${APP.id}`, `--app-key=${APP.key}`,
    `--app-secret=${APP.secret}`, "--connections=5", "--rate=200", ...SHORT);
  const { messages, deliveries } = report;
  assert.equal(messages.sent, 140);
  assert.ok(messages.refused > 0);
  assert.match(messages.first_refusal, /^429/);
  assert.equal(deliveries.expected, (messages.sent - messages.refused) * 5);
  assert.equal(deliveries.received, deliveries.expected);
  assert.equal(deliveries.lost, 0);
});

process_test("ping measures pusher:ping and the ping of RFC 6455", async (scope) => {
  const cluster = await Cluster.start(scope);
  for (const protocol of ["pusher", "raw"]) {
    const report = await report_of(scope, "ping", `--runtime-dir=${cluster.runtime_dir}`, `--protocol=${protocol}`,
      "--connections=20", "--pingers=10", "--interval=0.1", "--warm-up=0", "--duration=0.95", "--processes=2");
    assert.ok(report.pings.sent >= 10);
    assert.equal(report.pings.answered, report.pings.sent);
    assert.equal(report.round_trip_ms.count, report.pings.answered);
  }
});

process_test("churn opens and closes connections while the others stay", async (scope) => {
  const cluster = await Cluster.start(scope);
  const report = await report_of(scope, "churn", `--runtime-dir=${cluster.runtime_dir}`, "--connections=40",
    "--channels=2", "--rate=100", ...SHORT);
  assert.equal(report.connections.failed, 0);
  assert.equal(report.connections.lost, 0);
  assert.ok(report.churn.opened > 0);
  assert.ok(report.churn.closed > 0);
  assert.ok(report.server.pss_bytes_at_begin > 0);
  assert.ok(report.server.pss_bytes_at_end > 0);
});

process_test("an interrupt ends a bench early, with what was measured", async (scope) => {
  const cluster = await Cluster.start(scope);
  const bench = new Child(BELFRY, ["bench", "fanout", `--runtime-dir=${cluster.runtime_dir}`, "--connections=20",
    "--rate=50", "--warm-up=0", "--duration=600", "--json"]);
  scope.defer(() => bench.dispose());
  scope.show_on_failure("belfry bench", () => bench.last_lines());
  await wait_until("messages are measured", 30_000, () => /measuring: .*deliveries/.test(bench.output));
  bench.kill("SIGINT");
  const { code } = await within(30_000, "belfry bench ends", bench.closed);
  assert.equal(code, 0);
  const report = JSON.parse(bench.stdout);
  assert.equal(report.interrupted, true);
  expect_nothing_wrong(report, 20);
  assert.deepEqual(bench.family(), []);
});

process_test("a bench says why it cannot begin, with an exit code for each kind of reason", async (scope) => {
  const nowhere = `ws://127.0.0.1:${await free_port()}/`;
  const cases = [
    [["connect", "ws://192.0.2.1/"], 64, /--i-own-this-host/],
    [["fanout", "wss://127.0.0.1/"], 64, /only --via=redis/],
    [["connect", nowhere, "--connections=1000000", "--processes=1"], 64, /--processes=\d+/],
    [["connect", nowhere, "--channel=or ders"], 64, /--channel/],
    [["connect", nowhere, "--channel=presence-room"], 64, /presence/],
    [["fanout", nowhere, "--connections=3", "--channels=4"], 64, /as many connections/],
    [["fanout", nowhere, "--rate=5", "--in-flight=2"], 64, /excludes/],
    [["fanout", nowhere, "--via=ws", "--channel=orders"], 64, /private-/],
    [["fanout", nowhere, "--protocol=raw", "--via=api"], 64, /HTTP API/],
    [["fanout", nowhere, "--protocol=raw", "--channels=2"], 64, /no channels/],
    [["ping", nowhere, "--connections=3", "--pingers=4"], 64, /--pingers/],
    [["conect", nowhere], 64, /did you mean "connect"/],
    [["connect", nowhere, "--connection=1"], 64, /did you mean "--connections"/],
    [["connect", nowhere, "--app=nobody"], 78, /no app "nobody"/],
    [["connect", nowhere, "--connections=3"], 69, /refused/],
    [[], 64, /bench --help/],
  ];
  for (const [args, code, pattern] of cases) {
    const result = await run_belfry(scope, ["bench", ...args]);
    assert.equal(result.code, code, `${args.join(" ")}: ${result.output}`);
    assert.match(result.output, pattern);
  }
});

process_test("connections that the server refuses are counted by their reason", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: [app_file(scope, { max_connections: 5 })] });
  const report = await report_of(scope, "connect", cluster.url(), `--app-id=${APP.id}`, `--app-key=${APP.key}`,
    `--app-secret=${APP.secret}`, "--connections=12");
  assert.equal(report.connections.opened, 5);
  assert.equal(report.connections.failed, 7);
  assert.deepEqual(report.connections.failures, { pusher: 7 });
  assert.match(report.connections.first_failure, /4100/);
});

process_test("bench-compare runs belfry and others by turns and prints them side by side", async (scope) => {
  const script = new URL("../../tools/bench-compare", import.meta.url).pathname;
  const { code, stdout, output } = await run_belfry(scope, ["--subscribers=10", "--in-flight=4", "--connections=20",
    "--duration=0.2", "--warm-up=0", "--rounds=1"].flatMap((flag) => flag.split("=")),
    { binary: script, env: { BELFRY, FLOOR: "" } });
  assert.equal(code, 0, output);
  assert.match(stdout, /^connect, 20 connections$/m);
  assert.match(stdout, /^fanout, 10 subscribers, 4 in flight$/m);
  for (const server of ["belfry", "ws"]) assert.match(stdout, new RegExp(`^ +${server} .* 0$`, "m"));
});
