// The channels new_connection and connection_closed: each client's id comes once on either, whatever ends it.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";
import { upgrade_request } from "../support/frames.mjs";

process_test("each client's id is published once when it opens and once when it closes", async (scope) => {
  const redis = await Redis.start(scope);
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url })));
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  const clients = (await Promise.all(nodes.map((node) => WsClient.open_many(scope, node.url(), 20)))).flat();
  const opened = await watcher.wait_for_texts("new_connection", 40);
  assert.equal(new Set(opened).size, 40);
  assert.deepEqual(watcher.texts_of("connection_closed"), []);

  await Promise.all(clients.map((client) => client.close()));
  const closed = await watcher.wait_for_texts("connection_closed", 40);
  assert.deepEqual([...closed].sort(), [...opened].sort());
  assert.equal(watcher.texts_of("new_connection").length, 40);
});

process_test("a client that vanishes without a close frame is announced as closed too", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  const vanishing = await RawSocket.connect(scope, cluster.port);
  vanishing.write(upgrade_request("/"));
  await vanishing.take_response_head();
  const [id] = await watcher.wait_for_texts("new_connection", 1);
  vanishing.destroy();
  assert.deepEqual(await watcher.wait_for_texts("connection_closed", 1), [id]);
});

process_test("when a node stops, connection_closed comes for each of its clients", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  await WsClient.open_many(scope, cluster.url(), 20);
  const opened = await watcher.wait_for_texts("new_connection", 20);
  await cluster.stop();
  const closed = await watcher.wait_for_texts("connection_closed", 20);
  assert.deepEqual([...closed].sort(), [...opened].sort());
});

process_test("requests that are no clients are not announced", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: ["--echo-path=/echo"] });
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  await (await WsClient.open(scope, cluster.url("/echo"))).close();
  await fetch(`http://127.0.0.1:${cluster.port}/up`);
  await (await WsClient.open(scope, cluster.url())).close();
  await watcher.wait_for_texts("connection_closed", 1);
  assert.equal(watcher.texts_of("new_connection").length, 1);
});

process_test("with raw.prefix the lifecycle channels carry it", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: ["--raw-prefix=chat:"] });
  const watcher = await redis.subscriber("chat:new_connection", "chat:connection_closed");
  await (await WsClient.open(scope, cluster.url())).close();
  const opened = await watcher.wait_for_texts("chat:new_connection", 1);
  assert.deepEqual(await watcher.wait_for_texts("chat:connection_closed", 1), opened);
});
