// A client that reads too slowly is closed; nobody else notices, and the worker's memory stays bounded.
import assert from "node:assert/strict";

import { wait_until_all_hear } from "../support/audience.mjs";
import { runs_under_sanitizer } from "../support/belfry.mjs";
import { resident_kb } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { FrameConnection, OPCODE } from "../support/frames.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

const MESSAGE_BYTES = 16 * 1024;

// Publishes numbered messages until the server counts a client as closed for its slowness.
async function flood_until_one_is_closed(cluster, redis) {
  const publisher = await redis.client();
  const slow_closed = async () => (await cluster.status()).workers.reduce((sum, worker) => sum + worker.slow_closed, 0);
  let count = 0;
  for (const started_at = performance.now(); (await slow_closed()) === 0;) {
    assert.ok(performance.now() - started_at < 60_000, "the slow client was never closed");
    for (let i = 0; i < 50; i++) await publisher.command("PUBLISH", "new_message", message(count++));
  }
  return count;
}

const message = (number) => `${number}:`.padEnd(MESSAGE_BYTES, "x");

process_test("a client that stops reading is closed with 1013 or cut off, the others get everything", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const readers = await WsClient.open_many(scope, cluster.url(), 10);
  await wait_until_all_hear(readers, (probe) => redis.publish("new_message", probe));
  const slow = await FrameConnection.open(scope, cluster.port, "/");
  await cluster.wait_for_clients(11);
  slow.raw.pause();
  const count = await flood_until_one_is_closed(cluster, redis);

  await Promise.all(readers.map((reader) => reader.wait_for_messages(count)));
  const expected = Array.from({ length: count }, (_, i) => message(i));
  for (const reader of readers) assert.deepEqual(reader.messages, expected);
  assert.ok(readers.every((reader) => reader.is_open));

  slow.raw.resume();
  let last = null;
  for (let frame = await slow.next(); frame; frame = await slow.next()) last = frame;
  if (last.opcode === OPCODE.close) assert.equal(last.code, 1013);
  await cluster.wait_for_clients(10);
});

process_test("max_queue_in_kb bounds the memory of a worker, however many clients do not read", async (scope) => {
  const redis = await Redis.start(scope);
  const flags = ["--workers=1", "--max-queue-in-kb=256"];
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags });
  const reader = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([reader], (probe) => redis.publish("new_message", probe));
  const { pid } = await cluster.worker(0);
  const before = resident_kb(pid);
  for (let i = 0; i < 20; i++) (await FrameConnection.open(scope, cluster.port, "/")).raw.pause();
  await flood_until_one_is_closed(cluster, redis);
  const growth = resident_kb(pid) - before;
  scope.t.diagnostic(`resident memory grew by ${growth} KiB`);
  if (!runs_under_sanitizer) assert.ok(growth < 64 * 1024, `grew by ${growth} KiB`);
  assert.ok(reader.is_open);
});

process_test("a client that reads slowly but steadily is kept", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));
  for (let i = 0; i < 200; i++) {
    await redis.publish("new_message", message(i));
    if (i % 20 === 0) await client.wait_for_messages(i + 1);
  }
  await client.wait_for_messages(200);
  assert.ok(client.is_open);
});
