// What dead workers have left in Redis is swept at once although who was to sweep it dies as well.
import assert from "node:assert/strict";

import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

// A lease lasts 9 s, and before that nobody sweeps who was not told: what is swept sooner, somebody was told of.
const SOONER_THAN_A_LEASE_MS = 8_000;

process_test("the clients of two workers that die one after the other are announced as closed soon", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=2"] });
  cluster.expect_worker_deaths();
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  await WsClient.open_many(scope, cluster.url(), 40);
  const opened = await watcher.wait_for_texts("new_connection", 40);
  await cluster.wait_for_clients(40);
  const [first, second] = await cluster.worker_pids();

  signal_process(second, "SIGSTOP"); // it is told of the first one's death and cannot obey
  signal_process(first, "SIGKILL");
  await cluster.wait_for_status("the first worker is replaced", ({ workers }) =>
    workers[0].pid !== first && workers[0].state === "running");
  signal_process(second, "SIGKILL");
  const closed = await watcher.wait_for_texts("connection_closed", 40, SOONER_THAN_A_LEASE_MS);
  assert.deepEqual([...closed].sort(), [...opened].sort());
});
