// pusher-js and Pusher's Node SDK, unchanged, against two nodes on one Redis.
import assert from "node:assert/strict";

import { process_test } from "../support/process_test.mjs";
import { APP, PusherClient, make_sdk, start_pair } from "../support/pusher.mjs";
import { wait_until } from "../support/wait_until.mjs";

process_test("an event triggered on one node reaches the subscribers of both, verbatim", async (scope) => {
  const nodes = await start_pair(scope);
  const clients = await Promise.all(nodes.map((node) => PusherClient.open(scope, node)));
  const orders = await Promise.all(clients.map((client) => client.subscribe("orders")));
  const data = { id: 1, text: "grüße \u2028 \"quoted\" \\ /", deep: [null, 1.5, { a: [] }] };
  const response = await make_sdk(nodes[0]).trigger("orders", "OrderShipped", data);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {});
  for (const subscription of orders) {
    assert.deepEqual(await subscription.gets(1), [{ event: "OrderShipped", data }]);
  }
});

process_test("each message of several publishers comes once and in each publisher's order", async (scope) => {
  const nodes = await start_pair(scope);
  const clients = await Promise.all([...nodes, ...nodes, ...nodes].map((node) => PusherClient.open(scope, node)));
  const subscriptions = await Promise.all(clients.map((client) => client.subscribe("ticks")));
  const rounds = 40;
  await Promise.all(nodes.map(async (node, publisher) => {
    for (let n = 0; n < rounds; n += 2) {
      await make_sdk(node).triggerBatch([n, n + 1].map((number) =>
        ({ channel: "ticks", name: "tick", data: { publisher, number } })));
    }
  }));
  for (const subscription of subscriptions) {
    const events = await subscription.gets(2 * rounds);
    assert.equal(events.length, 2 * rounds);
    for (const publisher of [0, 1]) {
      assert.deepEqual(events.filter(({ data }) => data.publisher === publisher).map(({ data }) => data.number),
        Array.from({ length: rounds }, (_, n) => n));
    }
  }
});

process_test("what is published the moment after subscription_succeeded is not missed", async (scope) => {
  const [here, there] = await start_pair(scope);
  const client = await PusherClient.open(scope, here);
  const sdk = make_sdk(there);
  for (let round = 0; round < 100; ++round) {
    const subscription = await client.subscribe(`fresh-${round}`);
    await sdk.trigger(`fresh-${round}`, "now", { round });
    assert.deepEqual(await subscription.gets(1), [{ event: "now", data: { round } }]);
  }
});

process_test("the socket that is named with a trigger is left out, on whichever node it is", async (scope) => {
  const nodes = await start_pair(scope);
  const clients = await Promise.all(nodes.map((node) => PusherClient.open(scope, node)));
  const [first, second] = await Promise.all(clients.map((client) => client.subscribe("orders")));
  const sdk = make_sdk(nodes[1]);
  await sdk.trigger("orders", "others", {}, { socket_id: clients[0].socket_id });
  await sdk.trigger("orders", "all", {});
  assert.deepEqual((await first.gets(1)).map(({ event }) => event), ["all"]);
  assert.deepEqual((await second.gets(2)).map(({ event }) => event), ["others", "all"]);
});

process_test("a private channel needs a signature, and client events reach everybody but the sender", async (scope) => {
  const nodes = await start_pair(scope);
  const clients = await Promise.all(nodes.map((node) => PusherClient.open(scope, node)));
  const [first, second] = await Promise.all(clients.map((client) => client.subscribe("private-room")));
  first.channel.trigger("client-typing", { user: 1 });
  assert.deepEqual(await second.gets(1), [{ event: "client-typing", data: { user: 1 } }]);
  second.channel.trigger("client-typing", { user: 2 });
  assert.deepEqual(await first.gets(1), [{ event: "client-typing", data: { user: 2 } }]);

  const intruder = await PusherClient.open(scope, nodes[0], {
    channelAuthorization: { customHandler: (_, done) => done(null, { auth: `${APP.key}:${"0".repeat(64)}` }) },
  });
  await assert.rejects(intruder.subscribe("private-room"), /Invalid signature: Expected HMAC SHA256 hex digest of/);
});

process_test("an encrypted channel is private, and its events reach those who have the shared secret", async (scope) => {
  const nodes = await start_pair(scope);
  const client = await PusherClient.open(scope, nodes[0]);
  const subscription = await client.subscribe("private-encrypted-room");
  await make_sdk(nodes[1]).trigger("private-encrypted-room", "secret", { text: "for members" });
  assert.deepEqual(await subscription.gets(1), [{ event: "secret", data: { text: "for members" } }]);
  client.pusher.send_event("client-x", {}, "private-encrypted-room");
  await client.error_like(/only supported on private and presence channels/);
});

process_test("client events that break the rules are refused and the connection is kept", async (scope) => {
  const [node] = await start_pair(scope);
  const client = await PusherClient.open(scope, node);
  const subscription = await client.subscribe("private-room");
  client.pusher.send_event("client-x", {}, "public");
  await client.error_like(/only supported on private and presence channels/);
  client.pusher.send_event("client-x", {}, "private-other");
  await client.error_like(/not subscribed to channel private-other/);
  for (let n = 0; n < 15; ++n) subscription.channel.trigger("client-x", { n });
  await client.error_like(/4301/);
  assert.equal(client.pusher.connection.state, "connected");
});

process_test("a user who has signed in gets what is sent to them, and nobody else does", async (scope) => {
  const nodes = await start_pair(scope);
  const [alice, bob] = await Promise.all(["alice", "bob"].map((id, i) =>
    PusherClient.open(scope, nodes[i], { user: { id, user_info: { name: id } } })));
  const heard = { alice: [], bob: [] };
  for (const [name, client] of [["alice", alice], ["bob", bob]]) {
    client.pusher.user.bind("note", (data) => heard[name].push(data));
    client.pusher.signin();
    await client.pusher.user.signinDonePromise;
    await wait_until("the user's channel is subscribed", 20_000, () => client.pusher.user.serverToUserChannel?.subscribed);
  }
  await make_sdk(nodes[1]).sendToUser("alice", "note", { text: "for alice" });
  await make_sdk(nodes[0]).sendToUser("bob", "note", { text: "for bob" });
  await wait_until("both notes arrive", 20_000, () => heard.alice.length === 1 && heard.bob.length === 1);
  assert.deepEqual(heard, { alice: [{ text: "for alice" }], bob: [{ text: "for bob" }] });
  await assert.rejects(alice.subscribe("#server-to-user-bob"));
});

process_test("a cache channel gives a newcomer its last event, or a cache miss", async (scope) => {
  const nodes = await start_pair(scope);
  const clients = await Promise.all([...nodes, ...nodes].map((node) => PusherClient.open(scope, node)));
  const missed = new Promise((resolve) => clients[0].pusher.bind("pusher:cache_miss", resolve));
  const first = await clients[0].subscribe("cache-news");
  await missed;
  await make_sdk(nodes[1]).trigger("cache-news", "headline", { n: 1 });
  await make_sdk(nodes[0]).trigger("cache-news", "headline", { n: 2 });
  assert.deepEqual((await first.gets(2)).map(({ data }) => data.n), [1, 2]);
  const second = await clients[1].subscribe("cache-news");
  assert.deepEqual(await second.gets(1), [{ event: "headline", data: { n: 2 } }]);
  await make_sdk(nodes[0]).trigger("private-cache-empty-handed", "kept", { for: "later" });
  const third = await clients[2].subscribe("private-cache-empty-handed");
  assert.deepEqual(await third.gets(1), [{ event: "kept", data: { for: "later" } }]);
  // A client event is not kept.
  const fourth = await clients[3].subscribe("private-cache-empty-handed");
  await fourth.gets(1);
  third.channel.trigger("client-x", {});
  await fourth.gets(2);
  const late = await PusherClient.open(scope, nodes[0]);
  assert.deepEqual((await (await late.subscribe("private-cache-empty-handed")).gets(1))[0].event, "kept");
});

process_test("who subscribes to a busy cache channel gets an unbroken run of events, none twice", async (scope) => {
  const nodes = await start_pair(scope);
  const sdk = make_sdk(nodes[0]);
  const rounds = 300;
  let published = 0;
  const publishing = (async () => {
    while (published < rounds) await sdk.trigger("cache-ticks", "tick", { n: ++published });
  })();
  const runs = [];
  for (let round = 0; published < rounds - 50; ++round) {
    const client = await PusherClient.open(scope, nodes[round % 2]);
    runs.push(await client.subscribe("cache-ticks"));
  }
  await publishing;
  assert.ok(runs.length > 0);
  for (const { events } of runs) {
    await wait_until("the last tick arrives", 20_000, () => events.at(-1)?.data.n === rounds);
    const numbers = events.map(({ data }) => data.n);
    assert.deepEqual(numbers, Array.from({ length: numbers.length }, (_, i) => numbers[0] + i));
  }
});

process_test("unsubscribing and subscribing back to back ends subscribed", async (scope) => {
  const [node] = await start_pair(scope);
  const client = await PusherClient.open(scope, node);
  for (let round = 0; round < 20; ++round) {
    client.pusher.unsubscribe("orders");
    const subscription = await client.subscribe("orders");
    client.pusher.unsubscribe("orders");
    const again = await client.subscribe("orders");
    await make_sdk(node).trigger("orders", "e", { round });
    assert.deepEqual(await again.gets(1), [{ event: "e", data: { round } }]);
    assert.notEqual(subscription, again);
  }
});

process_test("an unknown key is refused with 4001 and pusher-js does not come back", async (scope) => {
  const [node] = await start_pair(scope);
  const client = new PusherClient(scope, node, "no-such-key", {
    cluster: "", wsHost: "127.0.0.1", wsPort: node.port, forceTLS: false, enabledTransports: ["ws"], enableStats: false });
  await client.error_like(/4001/);
  await client.reaches("disconnected");
});

process_test("when the server stops pusher-js finds its successor by itself", async (scope) => {
  const [node] = await start_pair(scope);
  const client = await PusherClient.open(scope, node);
  const subscription = await client.subscribe("orders");
  await node.ask("restart");
  await client.reaches("connected");
  const sdk = make_sdk(node);
  await wait_until("an event comes through again", 20_000, async () => {
    await sdk.trigger("orders", "again", {});
    return wait_until("it is heard", 1_000, () => subscription.events.some(({ event }) => event === "again"));
  });
});
