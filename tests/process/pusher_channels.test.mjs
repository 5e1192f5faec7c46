// What the HTTP API and subscription_count say of channels: exact for the cluster, whoever is asked.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, start_pair } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { get, post } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;

process_test("counts include who was told subscription_succeeded, on whichever node one asks", async (scope) => {
  const nodes = await start_pair(scope);
  const clients = await Promise.all([...nodes, ...nodes].map((node) => PusherWs.open(scope, node)));
  for (const [n, client] of clients.entries()) {
    await client.subscribe("presence-room", { user_id: `user ${n % 3}` });
    await client.subscribe("orders");
    for (const node of nodes) {
      assert.deepEqual((await get(node, "channels/presence-room", { info: "user_count,subscription_count" })).body,
        { occupied: true, user_count: Math.min(n + 1, 3), subscription_count: n + 1 });
      const { body } = await get(node, "channels", { info: "subscription_count" });
      assert.deepEqual(body, { channels: { orders: { subscription_count: n + 1 }, "presence-room": { subscription_count: n + 1 } } });
    }
  }
  const { body } = await get(nodes[0], "channels/presence-room/users");
  assert.deepEqual(body.users.map(({ id }) => id).sort(), ["user 0", "user 1", "user 2"]);
});

process_test("channels can be listed by prefix, and what nobody holds is not occupied", async (scope) => {
  const [node, other] = await start_pair(scope);
  assert.deepEqual((await get(node, "channels")).body, { channels: {} });
  assert.deepEqual((await get(node, "channels/orders")).body, { occupied: false });
  const client = await PusherWs.open(scope, other);
  await client.subscribe("presence-a", { user_id: 1 });
  await client.subscribe("presence-b", { user_id: 1 });
  await client.subscribe("private-a");
  assert.deepEqual((await get(node, "channels", { filter_by_prefix: "presence-", info: "user_count" })).body,
    { channels: { "presence-a": { user_count: 1 }, "presence-b": { user_count: 1 } } });
  assert.deepEqual((await get(node, "channels", { filter_by_prefix: "private-" })).body, { channels: { "private-a": {} } });
  client.unsubscribe("presence-a");
  await client.close();
  await wait_until("no channel is occupied", DEADLINE_MS, async () =>
    Object.keys((await get(node, "channels")).body.channels).length === 0);
});

process_test("what cannot be answered is refused, and the sentence names why", async (scope) => {
  const [node] = await start_pair(scope);
  for (const [path, params, pattern] of [
    ["channels", { info: "user_count" }, /filter_by_prefix/],
    ["channels", { info: "user_count", filter_by_prefix: "private-" }, /filter_by_prefix/],
    ["channels/orders", { info: "user_count" }, /presence channels/],
    ["channels/orders/users", {}, /presence channels/],
    ["channels/a b", {}, /channel/],
  ]) {
    const { status, body } = await get(node, encodeURI(path), params);
    assert.equal(status, 400, path);
    assert.match(body.error, pattern);
  }
  assert.equal((await get(node, "channels/a/b/c")).status, 404);
  assert.equal((await get(node, "channels/")).status, 200);
  assert.equal((await get(node, "events")).status, 405);
});

process_test("info on events answers for each channel after the event", async (scope) => {
  const [node, other] = await start_pair(scope);
  const client = await PusherWs.open(scope, other);
  await client.subscribe("presence-a", { user_id: "x" });
  await client.subscribe("orders");
  const info = "user_count,subscription_count";
  assert.deepEqual((await post(node, { name: "e", channels: ["presence-a", "orders", "empty"], data: "{}", info })).body,
    { channels: { "presence-a": { user_count: 1, subscription_count: 1 }, orders: { subscription_count: 1 },
      empty: { subscription_count: 0 } } });
  assert.deepEqual((await post(node, { batch: [{ name: "e", channel: "orders", data: "1", info: "subscription_count" },
    { name: "e", channel: "orders", data: "2" }] }, { path: `/apps/${APP.id}/batch_events` })).body,
  { batch: [{ subscription_count: 1 }, {}] });
});

process_test("the kept event of a cache channel is shown with the time it has left", async (scope) => {
  const [node, other] = await start_pair(scope);
  assert.deepEqual((await get(node, "channels/cache-c", { info: "cache" })).body, { occupied: false, cache: null });
  const data = '{"text":"\u00fc \\" \\\\"}';
  await post(node, { name: "e", channels: ["cache-c"], data });
  const { body } = await get(other, "channels/cache-c", { info: "cache" });
  assert.equal(body.cache.data, data);
  assert.ok(body.cache.ttl > 1700 && body.cache.ttl <= 1800, `ttl ${body.cache.ttl}`);
});

process_test("every subscriber hears how many they are, whenever it changes, each total once", async (scope) => {
  const nodes = await start_pair(scope);
  const [first, second, third] = await Promise.all([nodes[0], nodes[1], nodes[0]].map((node) => PusherWs.open(scope, node)));
  await first.subscribe("orders");
  await first.gets((event) => event.data?.subscription_count === 1);
  await second.subscribe("orders");
  await first.gets((event) => event.data?.subscription_count === 2);
  await third.subscribe("orders");
  for (const client of [first, second, third]) await client.gets((event) => event.data?.subscription_count === 3);
  third.unsubscribe("orders");
  await second.gets((event, n, all) => event.data?.subscription_count === 2 && n > all.findIndex((e) => e.data?.subscription_count === 3));
  assert.deepEqual(first.totals("orders").slice(0, 3), [1, 2, 3]);
  assert.deepEqual(second.totals("orders"), [2, 3, 2]);
  assert.deepEqual(third.totals("orders"), [3]);
});

process_test("totals that follow each other closely are told as one, and the last one always", async (scope) => {
  const cluster = await Cluster.start(scope, { workers: 1 });
  const [watcher, restless] = [await PusherWs.open(scope, cluster), await PusherWs.open(scope, cluster)];
  await watcher.subscribe("orders");
  const rounds = 40;
  for (let n = 0; n < rounds; ++n) {
    restless.ask_for("orders");
    restless.unsubscribe("orders");
  }
  restless.ask_for("orders");
  await wait_until("the last subscription", DEADLINE_MS, () => restless.events_of("orders")
    .filter(({ event }) => event === "pusher_internal:subscription_succeeded").length === rounds + 1);
  await wait_until("the last total", DEADLINE_MS, () =>
    [watcher, restless].every((client) => client.totals("orders").at(-1) === 2));
  const told = watcher.totals("orders").length;
  assert.ok(told < 2 * rounds, `told ${told} totals`);
});

process_test("above 100 subscribers the total is told at once and then every 5 s, the last one too", async (scope) => {
  const nodes = await start_pair(scope);
  const watcher = await PusherWs.open(scope, nodes[0]);
  await watcher.subscribe("big");
  const others = await Promise.all(Array.from({ length: 129 }, (_, n) => PusherWs.open(scope, nodes[n % 2])));
  for (const client of others) await client.subscribe("big");
  await watcher.gets((event) => event.data?.subscription_count === 130);
  const above = watcher.totals("big").filter((total) => total > 100);
  assert.ok(above.length <= 4, `told ${above}`);
  assert.deepEqual(above, [...above].sort((a, b) => a - b));
});

process_test("all connections of a user are ended on all nodes, and nobody else's", async (scope) => {
  const nodes = await start_pair(scope);
  const mine = await Promise.all([...nodes, ...nodes].map((node) => PusherWs.open(scope, node)));
  const other = await PusherWs.open(scope, nodes[1]);
  for (const client of mine) await client.sign_in({ id: "42" });
  await other.sign_in({ id: "4" });
  const path = `/apps/${APP.id}/users/42/terminate_connections`;
  assert.deepEqual((await post(nodes[0], "{}", { path })).body, {});
  for (const client of mine) {
    assert.equal((await client.ws.wait_for_close()).code, 4009);
    assert.equal(client.events.at(-1).data.code, 4009);
  }
  await other.subscribe("still-here");
});
