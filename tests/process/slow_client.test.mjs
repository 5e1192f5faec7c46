// A client that reads too slowly is closed; nobody else notices, and the worker's memory stays bounded.
import assert from "node:assert/strict";

import { wait_until_all_hear } from "../support/audience.mjs";
import { Backlog, numbered_message } from "../support/backlog.mjs";
import { runs_under_sanitizer } from "../support/belfry.mjs";
import { resident_kb } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { FrameConnection, OPCODE, text } from "../support/frames.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

const TRY_AGAIN_LATER = 1013;
const FLOOD_DEADLINE_MS = 60_000;

const slow_closed = ({ workers }) => workers.reduce((sum, worker) => sum + worker.slow_closed, 0);

// Publishes numbered messages until the server counts as many clients as closed for their slowness.
async function flood_until_closed(cluster, redis, how_many) {
  const publisher = await redis.client();
  let count = 0;
  for (const started_at = performance.now(); slow_closed(await cluster.status()) < how_many;) {
    assert.ok(performance.now() - started_at < FLOOD_DEADLINE_MS, `not all of ${how_many} slow clients were closed`);
    for (let i = 0; i < 50; i++) await publisher.command("PUBLISH", "new_message", numbered_message(count++));
  }
  return count;
}

// Reads on to the end of the connection and returns the last frame.
async function last_frame(connection) {
  connection.raw.resume();
  let last = null;
  for (let frame = await connection.next(); frame; frame = await connection.next()) last = frame;
  return last;
}

// A node with one worker and its only client, for Backlog.
async function start_with_one_client(scope, open) {
  const redis = await Redis.start(scope);
  const flags = ["--workers=1", "--max-queue-in-kb=16384", "--ping-interval=600"];
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags });
  const probe = await WsClient.open(scope, cluster.url());
  const client = await open(cluster);
  const hearers = [probe, client].filter((hearer) => hearer instanceof WsClient);
  await wait_until_all_hear(hearers, (payload) => redis.publish("new_message", payload));
  await cluster.wait_for_clients(2);
  await probe.close();
  await cluster.wait_for_clients(1);
  return { cluster, client, backlog: await Backlog.start(cluster, redis) };
}

process_test("a client that stops reading is closed with 1013, the others get everything", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const readers = await WsClient.open_many(scope, cluster.url(), 10);
  await wait_until_all_hear(readers, (probe) => redis.publish("new_message", probe));
  const slow = await FrameConnection.open(scope, cluster.port, "/");
  await cluster.wait_for_clients(11);
  slow.raw.pause();
  const count = await flood_until_closed(cluster, redis, 1);

  const last = await last_frame(slow);
  assert.equal(last.opcode, OPCODE.close);
  assert.equal(last.code, TRY_AGAIN_LATER);
  await Promise.all(readers.map((reader) => reader.wait_for_messages(count)));
  const expected = Array.from({ length: count }, (_, i) => numbered_message(i));
  for (const reader of readers) assert.deepEqual(reader.messages, expected);
  assert.ok(readers.every((reader) => reader.is_open));
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
  await flood_until_closed(cluster, redis, 20);
  const growth = resident_kb(pid) - before;
  scope.t.diagnostic(`resident memory grew by ${growth} KiB`);
  if (!runs_under_sanitizer) assert.ok(growth < 64 * 1024, `grew by ${growth} KiB`);
  assert.ok(reader.is_open);
});

process_test("a client that stops reading again and again, but not for 10 s, is kept", async (scope) => {
  const { client, backlog } = await start_with_one_client(scope, (cluster) => WsClient.open(scope, cluster.url()));
  for (let round = 0; round < 3; round++) {
    client.socket.pause();
    await backlog.grow();
    client.socket.resume();
    await client.wait_for_messages(backlog.count);
  }
  assert.deepEqual(client.messages, Array.from({ length: backlog.count }, (_, i) => numbered_message(i)));
  assert.ok(client.is_open);
});

process_test("a message that waits for 10 s behind the one being written closes its client with 1013", async (scope) => {
  const open = (cluster) => FrameConnection.open(scope, cluster.port, "/");
  const { cluster, client, backlog } = await start_with_one_client(scope, open);
  client.raw.pause();
  const waits_since = await backlog.grow();
  await cluster.wait_for_status("the slow client is closed", (status) => slow_closed(status) === 1);
  const waited_ms = performance.now() - waits_since;
  assert.ok(waited_ms > 9_800 && waited_ms < 16_000, `closed after ${waited_ms} ms`);
  const last = await last_frame(client);
  assert.equal(last.opcode, OPCODE.close);
  assert.equal(last.code, TRY_AGAIN_LATER);
});

process_test("a client that does not read how its own messages fail is closed, and the worker survives", async (scope) => {
  const redis = await Redis.start(scope);
  const flags = ["--workers=1", "--max-queue-in-kb=16"];
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags });
  const { pid } = await cluster.worker(0);
  await redis.kill();
  await cluster.wait_for_status("Redis is away", (status) => status.redis.state === "away");
  const mute = await FrameConnection.open(scope, cluster.port, "/");
  mute.raw.pause();
  const message = text("into the void");
  const batch = Buffer.concat(Array.from({ length: 5_000 }, () => message));
  await cluster.wait_for_status("the mute client is closed", async (status) => {
    if (slow_closed(status) === 0) await new Promise((resolve) => mute.raw.socket.write(batch, resolve));
    return slow_closed(status) === 1;
  });
  mute.raw.destroy();
  await cluster.wait_for_clients(0);
  assert.equal((await cluster.worker(0)).pid, pid);
});
