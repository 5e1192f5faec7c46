// Who is where and how many, as the Node SDK and pusher-js are told it, on two nodes.
import assert from "node:assert/strict";

import { changed, join } from "../support/presence_client.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_sdk, start_pair } from "../support/pusher.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;

process_test("the Node SDK is told who is where and how many, after each confirmation, by either node", async (scope) => {
  const nodes = await start_pair(scope);
  const get = async (node, path, params) => (await make_sdk(node).get({ path, params })).json();
  for (const [n, id] of ["alice", "bob", "alice"].entries()) {
    const { client } = await join(scope, nodes[n % 2], id);
    await client.subscribe("orders");
    const user_count = Math.min(n + 1, 2);
    for (const node of nodes) {
      assert.deepEqual(await get(node, "/channels/presence-room", { info: "user_count,subscription_count" }),
        { occupied: true, user_count, subscription_count: n + 1 });
      assert.deepEqual(await get(node, "/channels", { filter_by_prefix: "presence-", info: "user_count" }),
        { channels: { "presence-room": { user_count } } });
    }
  }
  const { users } = await get(nodes[0], "/channels/presence-room/users");
  assert.deepEqual(users.map(({ id }) => id).sort(), ["alice", "bob"]);
  assert.deepEqual(await get(nodes[1], "/channels"), { channels: { orders: {}, "presence-room": {} } });
  assert.deepEqual(await get(nodes[1], "/channels/nobody-here"), { occupied: false });
  await assert.rejects(get(nodes[0], "/channels/orders", { info: "user_count" }), { status: 400 });
  await assert.rejects(get(nodes[0], "/channels/orders/users"), { status: 400 });
});

process_test("info on trigger and on batches answers with counts", async (scope) => {
  const nodes = await start_pair(scope);
  await join(scope, nodes[0], "alice");
  await (await join(scope, nodes[1], "bob")).client.subscribe("orders");
  const sdk = make_sdk(nodes[0]);
  const answer = await sdk.trigger(["presence-room", "orders"], "e", {}, { info: "user_count,subscription_count" });
  assert.deepEqual(await answer.json(),
    { channels: { "presence-room": { user_count: 2, subscription_count: 2 }, orders: { subscription_count: 1 } } });
  const batch = [{ channel: "orders", name: "e", data: "1", info: "subscription_count" }, { channel: "orders", name: "e", data: "2" }];
  assert.deepEqual(await (await sdk.triggerBatch(batch)).json(), { batch: [{ subscription_count: 1 }, {}] });
});

process_test("subscribers hear how many they are, on ordinary channels only", async (scope) => {
  const nodes = await start_pair(scope);
  const alice = await join(scope, nodes[0], "alice");
  alice.channel.bind("pusher:subscription_count", () => assert.fail("a presence channel has been counted"));
  const { channel } = await alice.client.subscribe("private-orders");
  const bob = await join(scope, nodes[1], "bob");
  await bob.client.subscribe("private-orders");
  await wait_until("two are told", DEADLINE_MS, () => channel.subscriptionCount === 2);
  bob.client.pusher.disconnect();
  await wait_until("one is told", DEADLINE_MS, () => channel.subscriptionCount === 1);
  await changed(alice, ["+bob", "-bob"]);
  assert.equal(alice.channel.subscriptionCount, undefined);
});

process_test("terminateUserConnections ends a user's connections on all nodes and pusher-js stays away", async (scope) => {
  const nodes = await start_pair(scope);
  const watcher = await join(scope, nodes[1], "watcher");
  const tabs = [];
  for (const node of nodes) {
    const tab = await join(scope, node, "alice");
    tab.client.pusher.signin();
    await tab.client.pusher.user.signinDonePromise;
    tabs.push(tab);
  }
  assert.equal((await make_sdk(nodes[0]).terminateUserConnections("alice")).status, 200);
  for (const { client } of tabs) await client.reaches("disconnected");
  await changed(watcher, ["+alice", "-alice"]);
  assert.equal(watcher.client.pusher.connection.state, "connected");
});
