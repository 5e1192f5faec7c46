// An app's limits where something goes wrong: clients that are refused, a node that dies, Redis that is away or loses
// its data, a reload that changes a limit.
import assert from "node:assert/strict";

import { app_file, write_app } from "../support/app_file.mjs";
import { Cluster } from "../support/cluster.mjs";
import { connections, try_many, try_to_connect } from "../support/connecting.mjs";
import { process_test } from "../support/process_test.mjs";
import { start_pair } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { get, post } from "../support/signed_request.mjs";
import { wait_until, within } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const DEADLINE_MS = 20_000;
const AT_ONCE_MS = 2_500; // less than the server waits for a Close that does not come
const SWEPT_MS = 9_000 + 3_000 + 1_000; // a lease, the time between two looks, and a busy machine
const EVENT = { name: "e", channels: ["c"], data: "{}" };

const is_in = ({ how }) => how === "in";

async function wait_for_connections(node, count, deadline_ms = DEADLINE_MS) {
  await wait_until(`${count} connections are counted`, deadline_ms, async () => (await connections(node)) === count);
}

// One worker, so that who leaves and who comes meet there. `more` stands in front of the app in its file.
async function start_one(scope, app, more) {
  const redis = await Redis.start(scope);
  const flag = app_file(scope, app, more);
  const node = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=1", flag] });
  const reload = async (...changed) => {
    write_app(flag.slice("--config=".length), ...changed);
    assert.equal((await node.ask("reload")).error, undefined);
  };
  return { redis, node, reload };
}

process_test("who is over the quota has its connection ended as soon as it has answered the Close", async (scope) => {
  const { node } = await start_one(scope, { max_connections: 1 });
  assert.ok(is_in(await try_to_connect(scope, node)));
  assert.equal((await try_to_connect(scope, node, AT_ONCE_MS)).how, 4100);
});

process_test("a node whose app has a limit has nothing left to write when its clients are gone, and stops at once", async (scope) => {
  const { node } = await start_one(scope, { max_connections: 2 });
  const tried = await try_many(scope, [node], 4);
  for (const { client } of tried.filter(is_in)) await client.close();
  await within(AT_ONCE_MS, "the node's end", node.stop());
});

process_test("what a dead node's clients had used is free when its lease has run out and somebody has looked", async (scope) => {
  const [dying, living] = await start_pair(scope, { flags: ["--workers=2", app_file(scope, { max_connections: 10 })] });
  assert.ok((await try_many(scope, [dying, dying, living], 9)).every(is_in));
  await wait_for_connections(living, 9);
  const died = performance.now();
  await dying.kill_node();
  await wait_for_connections(living, 3);
  assert.ok(performance.now() - died < SWEPT_MS, `it took ${Math.round(performance.now() - died)} ms`);
  assert.equal((await try_many(scope, [living], 10)).filter(is_in).length, 7);
});

process_test("when Redis has lost its data, everybody stays, is counted again, and the limit holds", async (scope) => {
  const redis = await Redis.start(scope);
  const flags = ["--workers=2", app_file(scope, { max_connections: 10 })];
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url, flags })));
  const before = await try_many(scope, nodes, 8);
  assert.ok(before.every(is_in));
  await redis.kill();
  await redis.start();
  for (const node of nodes) await wait_for_connections(node, 8);
  assert.equal((await try_many(scope, nodes, 8)).filter(is_in).length, 2);
  assert.ok(before.every(({ client }) => client.is_open));
});

process_test("who is in after a loss of data is counted, also where that is more than the limit", async (scope) => {
  const redis = await Redis.start(scope);
  const flags = ["--workers=1", app_file(scope, { max_connections: 4 })];
  const [full, empty] = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url, flags })));
  const inside = await try_many(scope, [full], 4);
  assert.ok(inside.every(is_in));
  const client = await redis.client();
  await wait_until("somebody takes a place before the owner of all has noticed", DEADLINE_MS, async () => {
    await client.command("FLUSHALL");
    inside.push(...(await try_many(scope, [empty], 4)).filter(is_in));
    return inside.length > 4;
  });
  await wait_for_connections(empty, inside.length);
  assert.ok(inside.every((one) => one.client.is_open));
  await inside.pop().client.close();
  await wait_for_connections(empty, inside.length);
  assert.equal((await try_to_connect(scope, empty)).how, 4100);
});

process_test("who leaves while Redis is away makes room for one who comes", async (scope) => {
  const { redis, node } = await start_one(scope, { max_connections: 2 });
  const [first, second] = await try_many(scope, [node], 2);
  await redis.kill();
  await node.wait_for_status("Redis is away", (status) => status.redis.state !== "connected");
  await first.client.close();
  const again = await try_to_connect(scope, node);
  assert.equal(again.how, "in");
  assert.equal((await try_to_connect(scope, node)).how, 4100);
  await redis.start();
  await wait_for_connections(node, 2);
  assert.equal((await try_to_connect(scope, node)).how, 4100);
  assert.ok(again.client.is_open && second.client.is_open);
});

process_test("a refusal for the rate says when to come again, and without Redis nothing is counted or answered", async (scope) => {
  const limits = { max_backend_events_per_second: 1, max_read_requests_per_second: 1 };
  const { redis, node } = await start_one(scope, limits);
  for (const ask of [() => post(node, EVENT), () => get(node, "channels")]) {
    const answers = await Promise.all(Array.from({ length: 5 }, ask));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 3);
    for (const { headers } of refused) assert.equal(headers["retry-after"], "1");
  }
  await redis.kill();
  await node.wait_for_status("Redis is away", (status) => status.redis.state !== "connected");
  for (const { status, body } of [await post(node, EVENT), await get(node, "connections")]) {
    assert.equal(status, 503);
    assert.match(body.error, /Redis/);
  }
});

process_test("a new authentication timeout is that of who is connected already", async (scope) => {
  const { node, reload } = await start_one(scope, { user_authentication_timeout: 600 });
  const [nobody, user] = [await PusherWs.open(scope, node), await PusherWs.open(scope, node)];
  await user.sign_in({ id: "1" });
  await reload({ user_authentication_timeout: 1 });
  assert.equal((await nobody.ws.wait_for_close()).code, 4009);
  const late = await PusherWs.open(scope, node);
  assert.equal((await late.ws.wait_for_close(AT_ONCE_MS)).code, 4009);
  assert.ok(user.ws.is_open);
});

// Closed by its app's own timeout when so many seconds have passed.
const WITNESS = { id: "witness", key: "witness-key", secret: "witness-secret" };
function witness_app(seconds) {
  const keys = Object.entries({ ...WITNESS, user_authentication_timeout: seconds });
  return ["[[app]]", ...keys.map(([key, value]) => `${key} = ${JSON.stringify(value)}`)].join("\n");
}

process_test("an authentication timeout that is taken back closes nobody", async (scope) => {
  const { node, reload } = await start_one(scope, { user_authentication_timeout: 2 }, witness_app(3));
  const [nobody, user] = [await PusherWs.open(scope, node), await PusherWs.open(scope, node)];
  await reload({ user_authentication_timeout: 0 }, witness_app(3));
  await user.sign_in({ id: "1" });
  const witness = await WsClient.open(scope, node.url(`/app/${WITNESS.key}?protocol=7`));
  assert.equal((await witness.wait_for_close()).code, 4009);
  assert.ok(nobody.ws.is_open && user.ws.is_open);
});

process_test("a new authentication timeout spares who has said who it is, however long ago", async (scope) => {
  const { node, reload } = await start_one(scope, {});
  const [nobody, member, user] = await Promise.all([1, 2, 3].map(() => PusherWs.open(scope, node)));
  await member.subscribe("private-x");
  member.unsubscribe("private-x");
  await member.subscribe("public");
  await user.sign_in({ id: "1" });
  await reload({ user_authentication_timeout: 1 });
  assert.equal((await nobody.ws.wait_for_close()).code, 4009);
  const late = await PusherWs.open(scope, node);
  assert.equal((await late.ws.wait_for_close()).code, 4009);
  assert.ok(member.ws.is_open && user.ws.is_open);
});
