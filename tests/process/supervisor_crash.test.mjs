// The supervisor dies without a word: nothing of the node stays behind, and its clients are told to come back.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("after kill -9 of the supervisor its workers close their clients with 1001 and end", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  const clients = await WsClient.open_many(scope, cluster.url(), 20);
  const opened = await watcher.wait_for_texts("new_connection", 20);
  await cluster.kill_supervisor();
  for (const client of clients) assert.equal((await client.wait_for_close()).code, 1001);
  await cluster.expect_nothing_left();
  const closed = await watcher.wait_for_texts("connection_closed", 20);
  assert.deepEqual([...closed].sort(), [...opened].sort());
});

process_test("after kill -9 of the supervisor the managed Redis is gone too", async (scope) => {
  const cluster = await Cluster.start(scope);
  const clients = await WsClient.open_many(scope, cluster.url(), 5);
  assert.ok(cluster.managed_redis_pid() > 0);
  await cluster.kill_supervisor();
  for (const client of clients) assert.equal((await client.wait_for_close()).code, 1001);
  await cluster.expect_nothing_left();
});

process_test("a killed node can be started again in the same runtime_dir", async (scope) => {
  const cluster = await Cluster.start(scope);
  await cluster.kill_supervisor();
  await cluster.expect_nothing_left();
  const again = await Cluster.start(scope, { runtime_dir: cluster.runtime_dir });
  assert.equal((await again.status()).state, "running");
});

process_test("when a whole node is lost, another node announces its clients' end once", async (scope) => {
  const redis = await Redis.start(scope);
  const nodes = await Promise.all([1, 2, 3].map(() => Cluster.start(scope, { redis_url: redis.url })));
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  await WsClient.open_many(scope, nodes[0].url(), 20);
  const lost = await watcher.wait_for_texts("new_connection", 20);
  const staying = await WsClient.open(scope, nodes[1].url());
  await watcher.wait_for_texts("new_connection", 21);

  const lost_at = performance.now();
  await nodes[0].kill_node();
  await watcher.wait_for_texts("connection_closed", 20, 40_000);
  scope.t.diagnostic(`announced after ${Math.round(performance.now() - lost_at)} ms`);
  await staying.close();
  await Promise.all(nodes.slice(1).map((node) => node.stop()));
  const closed = await watcher.wait_for_texts("connection_closed", 21);
  assert.deepEqual([...closed].sort(), [...watcher.texts_of("new_connection")].sort());
  assert.ok(lost.every((id) => closed.includes(id)));
});
