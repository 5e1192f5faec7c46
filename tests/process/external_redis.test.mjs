// A Redis of one's own, and what happens while it is away: clients stay, senders are told, all comes back by itself.
import assert from "node:assert/strict";

import { wait_until_all_hear } from "../support/audience.mjs";
import { Cluster } from "../support/cluster.mjs";
import { free_port } from "../support/free_port.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

const AWAY_DEADLINE_MS = 40_000;

async function expect_broadcast_works(scope, cluster, redis) {
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));
}

function wait_for_reason(cluster, pattern) {
  return cluster.wait_for_status(`redis.reason is like ${pattern}`, ({ redis }) =>
    redis.state !== "connected" && pattern.test(redis.reason ?? ""), AWAY_DEADLINE_MS);
}

process_test("an external Redis that freezes for 10 s: clients stay, and nobody is swept afterwards", async (scope) => {
  const redis = await Redis.start(scope);
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url })));
  const watcher = await redis.subscriber("connection_closed");
  const clients = (await Promise.all(nodes.map((node) => WsClient.open_many(scope, node.url(), 10)))).flat();
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));
  const pids = await Promise.all(nodes.map((node) => node.worker_pids()));
  redis.freeze();
  const frozen_at = performance.now();
  await Promise.all(nodes.map((node) => wait_for_reason(node, /./)));
  await nodes[0].wait_for_status("10 s have passed", () => performance.now() - frozen_at >= 10_000);
  redis.thaw();
  const thawed_at = performance.now();
  await Promise.all(nodes.map((node) => node.wait_for_redis()));
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));
  // Every lease has run out meanwhile. A sweep of one takes 9 s of steadiness, and comes with a refresh, each 3 s.
  await nodes[0].wait_for_status("sweeps would have come", () => performance.now() - thawed_at >= 14_000);
  assert.ok(clients.every((client) => client.is_open));
  assert.deepEqual(await Promise.all(nodes.map((node) => node.worker_pids())), pids);
  assert.deepEqual(watcher.texts_of("connection_closed"), []);
});

process_test("an external Redis that crashes and comes back empty: clients stay and hear again", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const clients = await WsClient.open_many(scope, cluster.url(), 20);
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));
  await redis.kill();
  await wait_for_reason(cluster, /./);
  await redis.start();
  await cluster.wait_for_redis();
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));

  const watcher = await redis.subscriber("connection_closed");
  assert.ok(clients.every((client) => client.is_open));
  await Promise.all(clients.map((client) => client.close()));
  assert.equal(new Set(await watcher.wait_for_texts("connection_closed", 20)).size, 20);
});

process_test("while Redis is away a sender is told that its message was not sent", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));
  await redis.kill();
  client.send("into the void");
  const answer = JSON.parse(await client.next());
  assert.equal(answer.error, "message not sent");
  assert.equal(typeof answer.reason, "string");
  assert.notEqual(answer.reason, "");
  await redis.start();
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));
  assert.ok(client.is_open);
});

process_test("when Redis takes a message and does not answer, its sender is told so", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));
  redis.freeze();
  client.send("into the void");
  const answer = JSON.parse(await client.next());
  redis.thaw();
  assert.equal(answer.error, "message may not have been sent");
  assert.notEqual(answer.reason, "");
  assert.ok(client.is_open);
});

process_test("a wrong port: the workers run, status and log say why, and a late Redis is found", async (scope) => {
  const redis = new Redis(scope, await free_port(), "");
  const cluster = await Cluster.start(scope, { redis_url: redis.url, wait_for: "workers" });
  await wait_for_reason(cluster, /refused/i);
  await cluster.wait_for_log(/refused/i);
  const client = await WsClient.open(scope, cluster.url());
  await redis.start();
  await cluster.wait_for_redis();
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));
});

process_test("a wrong password: status and log say why, and never the password", async (scope) => {
  const redis = await Redis.start(scope, { tcp: true, password: "correct" });
  const redis_url = `redis://:wrong-secret@127.0.0.1:${redis.port}`;
  const cluster = await Cluster.start(scope, { redis_url, wait_for: "workers" });
  const status = await wait_for_reason(cluster, /password|WRONGPASS/i);
  await cluster.wait_for_log(/WRONGPASS|password/i);
  assert.doesNotMatch(JSON.stringify(status) + cluster.log, /wrong-secret/);
});

process_test("no password where one is wanted: the reason is in status", async (scope) => {
  const redis = await Redis.start(scope, { tcp: true, password: "correct" });
  const cluster = await Cluster.start(scope, { redis_url: redis.url, wait_for: "workers" });
  await wait_for_reason(cluster, /NOAUTH|auth|password/i);
});

process_test("the correct password works, also one with reserved characters", async (scope) => {
  const redis = await Redis.start(scope, { tcp: true, password: "p@ss:w/rd%?#" });
  const cluster = await Cluster.start(scope, { redis_url: redis.url_with_password });
  await expect_broadcast_works(scope, cluster, redis);
});

process_test("user and password of a Redis ACL work", async (scope) => {
  const redis = await Redis.start(scope, { tcp: true });
  const admin = await redis.client();
  await admin.command("ACL", "SETUSER", "belfry", "on", ">secret", "~*", "&*", "+@all");
  await admin.command("ACL", "SETUSER", "default", "resetpass", ">other");
  const cluster = await Cluster.start(scope, { redis_url: `redis://belfry:secret@127.0.0.1:${redis.port}` });
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => admin.command("PUBLISH", "new_message", probe));
});

process_test("an ACL that lets nobody subscribe: the reason is in status", async (scope) => {
  const redis = await Redis.start(scope, { tcp: true });
  const admin = await redis.client();
  await admin.command("ACL", "SETUSER", "belfry", "on", ">secret", "~*", "resetchannels", "+@all");
  const cluster = await Cluster.start(scope, { redis_url: `redis://belfry:secret@127.0.0.1:${redis.port}`, wait_for: "workers" });
  await wait_for_reason(cluster, /NOPERM|channel/i);
  await admin.command("ACL", "SETUSER", "belfry", "&*");
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => admin.command("PUBLISH", "new_message", probe));
});

process_test("a database number keeps the rows of belfry in that database", async (scope) => {
  const redis = await Redis.start(scope, { tcp: true });
  const cluster = await Cluster.start(scope, { redis_url: `${redis.url}/3` });
  await expect_broadcast_works(scope, cluster, redis);
  const admin = await redis.client();
  assert.equal(await admin.command("DBSIZE"), 0);
  await admin.command("SELECT", 3);
  assert.ok((await admin.command("DBSIZE")) > 0);
});

process_test("every key of belfry carries redis.prefix", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: ["--redis-prefix=mine:"] });
  await expect_broadcast_works(scope, cluster, redis);
  const keys = await (await redis.client()).command("KEYS", "*");
  assert.ok(keys.length > 0);
  for (const key of keys) assert.match(key.toString(), /^mine:/);
});

process_test("nothing is left in Redis by a node that has stopped", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  await WsClient.open_many(scope, cluster.url(), 20);
  await cluster.wait_for_clients(20);
  await cluster.stop();
  const keys = await (await redis.client()).command("KEYS", "*");
  const rows = keys.map(String).filter((key) => !/run|dataset|data_set|id$/.test(key));
  assert.deepEqual(rows, []);
});
