// A channel with more subscribers than are served in one turn: events are delivered in slices, and who joins, leaves or
// stays gets each event that came after he had joined, once and in order.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { BELFRY } from "../support/belfry.mjs";
import { Child } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";

const CROWD = 8500;  // more than a slice
const EVENTS = 400;
const DEADLINE_MS = 60_000;
const CACHED_PUBLISH = readFileSync(new URL("../../worker/cluster/scripts/cached_publish.lua", import.meta.url));

function publish(redis, channel, data) {
  const topic = `belfry:channel:${APP.id}:${channel}`, text = JSON.stringify({ event: "n", channel, data });
  if (!channel.startsWith("cache-")) return redis.command("PUBLISH", topic, `1 - - ${text}`);
  return redis.command("EVAL", CACHED_PUBLISH, 1, `belfry:{${APP.id}:${channel}}:kept`, topic, "1", "-", text, 60_000);
}

async function everybody_gets_each_event_once(scope, channel) {
  const redis = await Redis.start(scope);
  const node = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=1"] });
  const early = await Promise.all(Array.from({ length: 40 }, () => PusherWs.open(scope, node)));  // first in the list, served last
  for (const client of early) await client.subscribe(channel);
  const crowd = new Child(BELFRY, ["bench", "connect", `ws://127.0.0.1:${node.port}`, `--connections=${CROWD}`, `--channel=${channel}`,
    "--hold=120", "--quiet", `--app-id=${APP.id}`, `--app-key=${APP.key}`, `--app-secret=${APP.secret}`]);
  scope.defer(() => crowd.dispose());
  await node.wait_for_clients(CROWD + early.length, DEADLINE_MS);
  const stays = await PusherWs.open(scope, node);
  await stays.subscribe(channel);

  const publisher = await redis.client();
  const joiners = [];
  for (let n = 0; n < EVENTS; ++n) {
    const published = publish(publisher, channel, `${n}`);
    if (n % 20 === 10) joiners.push(PusherWs.open(scope, node).then(async (client) => (await client.subscribe(channel), client)));
    if (n % 10 === 5) await published;
    if (n % 10 === 0) early[n / 10].close();
    if (n % 40 === 35) (await joiners[Math.floor(joiners.length / 2)]).close();
  }
  const clients = await Promise.all(joiners);
  await publish(publisher, channel, `${EVENTS}`);

  const numbers = (client) => client.events_of(channel).filter(({ event }) => event === "n").map(({ data }) => data);
  await wait_until("all have the last one", DEADLINE_MS, () =>
    [stays, ...clients].every((client) => client.ws.close_event || !client.ws.is_open || numbers(client).at(-1) === EVENTS));
  assert.deepEqual(numbers(stays), Array.from({ length: EVENTS + 1 }, (_, n) => n));
  for (const client of clients) {
    const got = numbers(client);
    assert.deepEqual(got, got.map((_, i) => got[0] + i), "a gap, or one twice");
  }
}

process_test("events for very many reach who joins and who leaves meanwhile, each once and in order", (scope) =>
  everybody_gets_each_event_once(scope, "big"));

process_test("the same where the channel keeps its last event, which who joins gets first", (scope) =>
  everybody_gets_each_event_once(scope, "cache-big"));
