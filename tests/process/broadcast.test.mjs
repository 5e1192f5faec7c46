// The main job: a message of one raw client reaches every raw client, on every worker, on every node, exactly once.
import assert from "node:assert/strict";

import { heard_from, wait_until_all_hear } from "../support/audience.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("a message typed in one terminal arrives in the other, with the managed Redis", async (scope) => {
  const cluster = await Cluster.start(scope);
  const clients = await WsClient.open_many(scope, cluster.url(), 8);
  await wait_until_all_hear(clients, (probe) => clients[0].send(probe));
  clients[3].send("hello");
  for (const client of clients) assert.equal(await client.next(), "hello");
});

process_test("clients are spread over the workers of a node", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=2"] });
  await WsClient.open_many(scope, cluster.url(), 40);
  const status = await cluster.wait_for_clients(40);
  assert.equal(status.workers.length, 2);
  assert.ok(status.workers.every((worker) => worker.clients > 0), JSON.stringify(status.workers));
});

process_test("80 clients on two nodes hear 200 interleaved messages once, in each sender's order", async (scope) => {
  const redis = await Redis.start(scope);
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url })));
  const clients = (await Promise.all(nodes.map((node) => WsClient.open_many(scope, node.url(), 40)))).flat();
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));

  const senders = { a: clients[0], b: clients[20], c: clients[40], d: clients[79] };
  for (let i = 0; i < 50; i++) for (const [name, client] of Object.entries(senders)) client.send(`${name}:${i}`);

  const expected = (name) => Array.from({ length: 50 }, (_, i) => `${name}:${i}`);
  await Promise.all(clients.map((client) => client.wait_for_messages(200)));
  await wait_until_last(clients, redis);
  for (const client of clients) {
    for (const name of Object.keys(senders)) assert.deepEqual(heard_from(client, name), expected(name));
    assert.equal(client.messages.length, 201);
  }
});

// A marker behind everything else: what had not come before it was a duplicate still on its way.
async function wait_until_last(clients, redis) {
  await redis.publish("new_message", "last");
  await Promise.all(clients.map((client) => client.wait_for("last")));
}

process_test("nodes with different raw.prefix on one Redis do not hear each other", async (scope) => {
  const redis = await Redis.start(scope);
  const [first, second] = await Promise.all(["one:", "two:"].map((prefix) =>
    Cluster.start(scope, { redis_url: redis.url, flags: [`--raw-prefix=${prefix}`] })));
  const listener = await WsClient.open(scope, first.url());
  const stranger = await WsClient.open(scope, second.url());
  await wait_until_all_hear([listener], (probe) => redis.publish("one:new_message", probe));
  await wait_until_all_hear([stranger], (probe) => redis.publish("two:new_message", probe));

  const watcher = await redis.subscriber("one:new_message", "new_message");
  listener.send("for one");
  assert.equal(await listener.next(), "for one");
  await watcher.wait_for_texts("one:new_message", 1);
  await redis.publish("two:new_message", "for two");
  assert.equal(await stranger.next(), "for two");
  assert.deepEqual(watcher.messages.map(({ channel }) => channel), ["one:new_message"]);
  assert.deepEqual([listener.messages, stranger.messages], [["for one"], ["for two"]]);
});

process_test("with raw.echo = false a sender does not hear itself, everybody else does", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: ["--raw-echo=false"] });
  const clients = await WsClient.open_many(scope, cluster.url(), 10);
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));

  // Two clients send the same text: each must miss its own one and hear the other's.
  for (const sender of clients.slice(0, 2)) sender.send("same");
  clients[0].send("from the first");
  await Promise.all(clients.slice(2).map((client) => client.wait_for_messages(3)));
  await wait_until_last(clients, redis);
  assert.deepEqual(clients[0].messages, ["same", "last"]);
  assert.deepEqual([...clients[1].messages].sort(), ["from the first", "last", "same"]);
  for (const client of clients.slice(2)) {
    assert.deepEqual([...client.messages].sort(), ["from the first", "last", "same", "same"]);
  }
});

process_test("a large and an empty message arrive as they were sent", async (scope) => {
  const cluster = await Cluster.start(scope);
  const [sender, listener] = await WsClient.open_many(scope, cluster.url(), 2);
  await wait_until_all_hear([sender, listener], (probe) => sender.send(probe));
  const large = "ä".repeat(32 * 1024);
  sender.send(large);
  sender.send("");
  assert.equal(await listener.next(), large);
  assert.equal(await listener.next(), "");
});
