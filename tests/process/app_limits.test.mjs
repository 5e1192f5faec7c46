// What an app may use: connections in the whole cluster, the HTTP API on one node, time to say who one is.
import assert from "node:assert/strict";

import { app_file } from "../support/app_file.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { connections, try_to_connect } from "../support/connecting.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, start_pair } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { get, post } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const DEADLINE_MS = 20_000;
const EVENT = { name: "e", channels: ["c"], data: "{}" };

process_test("the connections of an app are counted for the whole cluster", async (scope) => {
  const nodes = await start_pair(scope);
  const clients = await Promise.all(Array.from({ length: 12 }, (_, n) => PusherWs.open(scope, nodes[n % 2])));
  for (const node of nodes) await wait_until("12 are counted", DEADLINE_MS, async () => (await connections(node)) === 12);
  await Promise.all(clients.slice(0, 5).map((client) => client.close()));
  for (const node of nodes) await wait_until("7 are counted", DEADLINE_MS, async () => (await connections(node)) === 7);
});

process_test("exactly max_connections are let in, however many come at once, and one may come when one goes", async (scope) => {
  const nodes = await start_pair(scope, { flags: ["--workers=2", app_file(scope, { max_connections: 20 })] });
  const tried = await Promise.all(Array.from({ length: 60 }, (_, n) => try_to_connect(scope, nodes[n % 2])));
  const inside = tried.filter(({ how }) => how === "in");
  assert.equal(inside.length, 20);
  assert.ok(tried.every(({ how }) => how === "in" || how === 4100));
  assert.equal((await try_to_connect(scope, nodes[0])).how, 4100);
  await inside[0].client.close();
  await wait_until("19 are counted", DEADLINE_MS, async () => (await connections(nodes[0])) === 19);
  assert.equal((await try_to_connect(scope, nodes[1])).how, "in");
  assert.equal((await try_to_connect(scope, nodes[0])).how, 4100);
});

process_test("who is over the quota can be told not to come back, and what was said early is not lost", async (scope) => {
  const [node] = await start_pair(scope, { flags: [app_file(scope, { max_connections: 1, over_quota_close: 4004 })] });
  const client = new WsClient(scope, node.url(`/app/${APP.key}?protocol=7`), {});
  client.opened.then(() => client.send('{"event":"pusher:subscribe","data":{"channel":"orders"}}'));
  assert.match(await client.next(), /connection_established/);
  assert.match(await client.next(), /subscription_succeeded/);
  assert.equal((await try_to_connect(scope, node)).how, 4004);
});

process_test("what a dead worker's clients had used is free soon", async (scope) => {
  const redis = await Redis.start(scope);
  const flags = ["--workers=2", app_file(scope, { max_connections: 10 })];
  const node = await Cluster.start(scope, { redis_url: redis.url, flags });
  node.expect_worker_deaths();
  const tried = await Promise.all(Array.from({ length: 10 }, () => try_to_connect(scope, node)));
  assert.ok(tried.every(({ how }) => how === "in"));
  const { workers } = await node.wait_for_clients(10);
  signal_process(workers[0].pid, "SIGKILL");
  const left = 10 - workers[0].clients;
  await wait_until("its clients are not counted any more", 5_000, async () => (await connections(node)) === left);
  const again = await Promise.all(Array.from({ length: 12 }, () => try_to_connect(scope, node)));
  assert.equal(again.filter(({ how }) => how === "in").length, 10 - left);
});

process_test("without Redis nobody is let in who might be one too many, and nobody is thrown out", async (scope) => {
  const redis = await Redis.start(scope);
  const flags = ["--workers=1", app_file(scope, { max_connections: 10 })];
  const node = await Cluster.start(scope, { redis_url: redis.url, flags });
  const { client } = await try_to_connect(scope, node);
  await redis.kill();
  await node.wait_for_status("Redis is away", (status) => status.redis.state !== "connected");
  assert.equal((await try_to_connect(scope, node)).how, 4100);
  assert.ok(client.is_open);
  await redis.start();
  await wait_until("one may come again", DEADLINE_MS, async () => (await try_to_connect(scope, node)).how === "in");
  assert.ok(client.is_open);
});

process_test("events and reads over the HTTP API are limited for all workers of a node together", async (scope) => {
  const flags = ["--workers=2", app_file(scope, { max_backend_events_per_second: 5, max_read_requests_per_second: 3 })];
  const [node, other] = await start_pair(scope, { flags });
  const busiest = async (ask) => {
    const answers = await Promise.all(Array.from({ length: 30 }, ask));
    const refused = answers.filter(({ status }) => status === 429);
    for (const { body } of refused) assert.match(body.error, /max_(backend_events|read_requests)_per_second/);
    assert.equal(answers.filter(({ status }) => status === 200).length + refused.length, 30);
    return 30 - refused.length;
  };
  // The thirty may lie in two seconds.
  const events = await busiest(() => post(node, EVENT));
  assert.ok(events >= 5 && events <= 10, `${events} events`);
  const reads = await busiest(() => get(node, "channels"));
  assert.ok(reads >= 3 && reads <= 6, `${reads} reads`);
  assert.equal((await post(other, EVENT)).status, 200);
  const batch = Array.from({ length: 6 }, () => ({ name: "e", channel: "c", data: "1" }));
  assert.equal((await post(other, { batch }, { path: `/apps/${APP.id}/batch_events` })).status, 429);
});

process_test("who neither signs in nor joins a private channel in time is closed with 4009", async (scope) => {
  const node = await Cluster.start(scope, { flags: [app_file(scope, { user_authentication_timeout: 1 })] });
  const [nobody, user, member] = await Promise.all([1, 2, 3].map(() => PusherWs.open(scope, node)));
  await nobody.subscribe("public");
  await user.sign_in({ id: "1" });
  await member.subscribe("private-x");
  assert.equal((await nobody.ws.wait_for_close()).code, 4009);
  const late = await PusherWs.open(scope, node);
  assert.equal((await late.ws.wait_for_close()).code, 4009);
  assert.ok(user.ws.is_open && member.ws.is_open);
});

for (const [form, expected] of [["both", ["pusher:subscription_error", "pusher:error"]], ["pusher", ["pusher:error"]],
  ["soketi", ["pusher:subscription_error"]]]) {
  process_test(`a failed subscription is told as subscription_errors = ${form} says`, async (scope) => {
    const node = await Cluster.start(scope, { flags: [`--subscription-errors=${form}`] });
    const client = await PusherWs.open(scope, node);
    client.send({ event: "pusher:subscribe", data: { channel: "private-x", auth: `${APP.key}:00` } });
    await client.subscribe("after");
    assert.deepEqual(client.events.map(({ event }) => event).filter((event) => event.includes("error")), expected);
  });
}
