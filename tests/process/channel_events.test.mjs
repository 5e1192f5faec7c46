// keep_channel_events: an app's stream in Redis has when channels are occupied and vacated and who comes and goes, once
// for the whole cluster, whoever dies.
import assert from "node:assert/strict";

import { app_file } from "../support/app_file.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 30_000;
const STREAM = "belfry:{app-id}:channel_events";

async function subscribe(scope, node, channel, user_id) {
  const client = await PusherWs.open(scope, node);
  await client.subscribe(channel, user_id && { user_id });
  return client;
}

// ["channel_occupied presence-x", "member_added presence-x a", ...]
async function entries(redis) {
  const all = await redis.command("XRANGE", STREAM, "-", "+");
  return all.map(([, fields]) => fields.filter((_, i) => i % 2 === 1).map(String).join(" "));
}

async function start(scope, app = { keep_channel_events: true }) {
  const redis = await Redis.start(scope);
  const flags = ["--workers=1", app_file(scope, app)];
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url, flags })));
  return { nodes, redis: await redis.client() };
}

process_test("the stream has each edge once, in order", async (scope) => {
  const { nodes: [a, b], redis } = await start(scope);
  const first = await subscribe(scope, a, "presence-x", "ann");
  const second = await subscribe(scope, b, "presence-x", "ann");
  const third = await subscribe(scope, b, "plain");
  await first.close();
  const bob = await subscribe(scope, b, "presence-x", "bob");
  second.unsubscribe("presence-x");
  await bob.gets(({ event }) => event === "pusher_internal:member_removed");
  await bob.close();
  await third.close();
  await wait_until("both are vacated", DEADLINE_MS, async () => (await entries(redis)).length >= 8);
  const said = await entries(redis);
  assert.deepEqual(said.filter((one) => one.includes("presence-x")), ["channel_occupied presence-x", "member_added presence-x ann",
    "member_added presence-x bob", "member_removed presence-x ann", "member_removed presence-x bob", "channel_vacated presence-x"]);
  assert.deepEqual(said.filter((one) => one.includes("plain")), ["channel_occupied plain", "channel_vacated plain"]);
});

process_test("who sweeps a dead worker writes what it had left", async (scope) => {
  const { nodes: [a, b], redis } = await start(scope);
  b.expect_worker_deaths();
  await subscribe(scope, a, "presence-x", "ann");
  await subscribe(scope, b, "presence-x", "bob");
  await subscribe(scope, b, "alone");
  signal_process((await b.worker_pids())[0], "SIGKILL");
  await wait_until("the dead worker was swept", DEADLINE_MS, async () => (await entries(redis)).length === 6);
  assert.deepEqual((await entries(redis)).slice(4).sort(), ["channel_vacated alone", "member_removed presence-x bob"]);
});

process_test("without the option nothing is written", async (scope) => {
  const { nodes: [a], redis } = await start(scope, {});
  await subscribe(scope, a, "presence-x", "ann");
  assert.equal(await redis.command("EXISTS", STREAM), 0);
});
