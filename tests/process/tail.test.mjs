// `belfry tail`: what happens to an app at a node, as it happens.
import assert from "node:assert/strict";
import net from "node:net";

import { BELFRY, run_belfry } from "../support/belfry.mjs";
import { Child, open_descriptors } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { get, post } from "../support/signed_request.mjs";
import { Tail } from "../support/tail.mjs";
import { wait_until, within } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const DEADLINE_MS = 20_000;
const TWO_WORKERS = { flags: ["--workers=2"] };

const of_app = `--app=${APP.key}`;

process_test("tail tells the life of a client, its events and refusals, and events of the HTTP API", async (scope) => {
  const cluster = await Cluster.start(scope, TWO_WORKERS);
  const tail = await Tail.start(scope, cluster, of_app);
  const client = await PusherWs.open(scope, cluster);
  const { socket_id } = client;
  await tail.tells({ kind: "connected", socket_id });
  await client.subscribe("private-a");
  await tail.tells({ kind: "subscribed", socket_id, channel: "private-a" });
  await client.sign_in({ id: "seven" });
  await tail.tells({ kind: "signed_in", socket_id, user: "seven" });
  client.send({ event: "client-b", channel: "private-a", data: { x: 1 } });
  await tail.tells({ kind: "client_event", socket_id, channel: "private-a", event: "client-b", size: 7 });
  client.send({ event: "client-b", channel: "private-c", data: "" });
  const refused = await tail.tells({ kind: "refused", socket_id, channel: "private-c", event: "client-b" });
  assert.match(refused.reason, /not subscribed/);
  client.send({ event: "pusher:subscribe", data: { channel: "private-d", auth: "x" } });
  assert.match((await tail.tells({ kind: "refused", channel: "private-d", code: 401 })).reason, /Invalid signature/);
  await post(cluster, { name: "shipped", channels: ["private-a", "orders"], data: "hello" });
  for (const channel of ["private-a", "orders"])
    await tail.tells({ kind: "api_event", channel, event: "shipped", size: 5 });
  await post(cluster, { name: "shipped", channels: ["a b"], data: "hello" });
  await tail.tells({ kind: "refused", code: 400 });
  await post(cluster, { name: "shipped", channels: ["a"], data: "hello" }, { auth_timestamp: 1 });
  await tail.tells({ kind: "refused", code: 401 });
  await get(cluster, "channels", { info: "user_count" });
  await tail.tells({ kind: "refused", code: 400,
    reason: "user_count is for presence channels: filter_by_prefix must begin with presence-" });
  await get(cluster, "nothing");
  await tail.tells({ kind: "refused", code: 404 });
  client.unsubscribe("private-a");
  await tail.tells({ kind: "unsubscribed", socket_id, channel: "private-a" });
  await client.subscribe("private-e");
  await client.close();
  await tail.tells({ kind: "unsubscribed", socket_id, channel: "private-e" });
  await tail.tells({ kind: "disconnected", socket_id });
  const old = await WsClient.open(scope, cluster.url(`/app/${APP.key}?protocol=1`));
  await tail.tells({ kind: "refused", code: 4007 });
  await old.closed;
  assert.ok(!tail.child.stdout.includes("payload"));
  assert.deepEqual(tail.happenings.filter(({ kind }) => kind === "dropped"), []);
});

process_test("tail of a channel with payloads tells what happens there and what was sent", async (scope) => {
  const cluster = await Cluster.start(scope);
  const tail = new Tail(scope, cluster, [of_app, "--channel=orders", "--payload"]);
  await wait_until("the tail begins", DEADLINE_MS, async () => {
    await post(cluster, { name: "begin", channels: ["orders", "news"], data: '{"x": "\u2603"}' });
    return tail.happenings.length > 0;
  });
  assert.equal((await tail.tells({ event: "begin" })).payload, '{"x": "\u2603"}');
  assert.deepEqual(tail.happenings.filter(({ channel }) => channel !== "orders"), []);
});

process_test("tail shows a readable line each, under titles", async (scope) => {
  const cluster = await Cluster.start(scope);
  const child = new Child(BELFRY, ["tail", `--app=${APP.id}`, `--runtime-dir=${cluster.runtime_dir}`]);
  scope.defer(() => child.dispose());
  await wait_until("an event is shown", DEADLINE_MS, async () => {
    await post(cluster, { name: "shipped", channels: ["orders"], data: "hello" });
    return /^\d\d:\d\d:\d\d\.\d{3} +api_event +- +orders +shipped +5  -$/m.test(child.stdout);
  });
  assert.match(child.stdout, /^TIME +KIND +SOCKET ID +CHANNEL +EVENT +SIZE  REASON\n/);
  child.kill("SIGTERM");
  assert.equal((await within(DEADLINE_MS, "belfry tail ends", child.exit)).code, 0);
});

process_test("workers that start later are in the tail", async (scope) => {
  const cluster = await Cluster.start(scope, TWO_WORKERS);
  const tail = await Tail.start(scope, cluster, of_app);
  const restarted = await run_belfry(scope, ["restart", `--runtime-dir=${cluster.runtime_dir}`]);
  assert.equal(restarted.code, 0, restarted.output);
  const before = tail.happenings.length;
  await wait_until("both new workers tell", DEADLINE_MS, async () => {
    await PusherWs.open(scope, cluster);
    return new Set(tail.happenings.slice(before).filter(({ kind }) => kind === "connected")
      .map(({ worker }) => worker)).size === 2;
  });
});

process_test("a reader that stops reading holds nobody up, and is told exactly how much it missed", async (scope) => {
  const cluster = await Cluster.start(scope, TWO_WORKERS);
  const reader = net.connect(cluster.admin_socket).setEncoding("utf8");
  scope.defer(() => reader.destroy());
  let text = "";
  reader.on("data", (chunk) => (text += chunk));
  reader.write(`tail ${APP.key} flood payload\n`);
  await wait_until("the tail begins", DEADLINE_MS, () => text.includes("\n"));
  reader.pause();
  const posts = 1000;
  const event = { name: "e", channel: "flood", data: "x".repeat(9000) };
  for (let i = 0; i < posts / 10; ++i)
    assert.equal((await post(cluster, { batch: Array(10).fill(event) }, { path: `/apps/${APP.id}/batch_events` })).status, 200);
  assert.equal((await cluster.status()).state, "running");
  reader.resume();
  const happenings = () => text.slice(0, text.lastIndexOf("\n")).split("\n").slice(1).map((line) => JSON.parse(line));
  const dropped = () => happenings().filter(({ kind }) => kind === "dropped").reduce((sum, { count }) => sum + count, 0);
  await wait_until("every event is told or counted", DEADLINE_MS, () =>
    happenings().filter(({ kind }) => kind === "api_event").length + dropped() === posts);
  assert.ok(dropped() > 0);
});

process_test("tail ends with 0 on Ctrl-C, and the workers forget it though nothing happens", async (scope) => {
  const cluster = await Cluster.start(scope, TWO_WORKERS);
  const pids = await cluster.worker_pids();
  const descriptors = () => pids.map(open_descriptors);
  const before = descriptors();
  const tail = new Tail(scope, cluster, [of_app]);
  await wait_until("each worker has the tail", DEADLINE_MS, () => descriptors().every((count, i) => count > before[i]));
  assert.equal(await tail.end("SIGINT"), 0);
  await wait_until("each worker has forgotten it", DEADLINE_MS, () =>
    descriptors().every((count, i) => count <= before[i]));
});

process_test("tail fails with a reason: no such app, no node, and a node that stops", async (scope) => {
  const cluster = await Cluster.start(scope);
  const at = `--runtime-dir=${cluster.runtime_dir}`;
  const unknown = await run_belfry(scope, ["tail", "--app=nobody", at]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.output, /no app with the key "nobody"/);
  assert.equal((await run_belfry(scope, ["tail", at])).code, 64);
  const tail = await Tail.start(scope, cluster, of_app);
  await cluster.stop();
  assert.equal((await within(DEADLINE_MS, "belfry tail ends", tail.child.exit)).code, 69);
  assert.match(tail.child.output, /the node has ended/);
  assert.equal((await run_belfry(scope, ["tail", of_app, at])).code, 69);
});
