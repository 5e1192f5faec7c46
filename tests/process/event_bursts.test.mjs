// Events that come together leave together: nobody notices but for the time it takes.
import assert from "node:assert/strict";

import { app_file } from "../support/app_file.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 30_000;

async function start(scope) {
  const redis = await Redis.start(scope);
  const node = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=1", app_file(scope, { enable_subscription_count: false })] });
  return { node, redis: await redis.client() };
}

// Subscribers of these channels are given this in one piece by Redis.
function burst(redis, publishes) {
  redis.command("MULTI");
  for (const publish of publishes) redis.command("PUBLISH", ...publish);
  return redis.command("EXEC");
}

function event_on(channel, data, { excluded = "-" } = {}) {
  return [`belfry:channel:${APP.id}:${channel}`, `1 ${excluded} - ${JSON.stringify({ event: "n", channel, data })}`];
}

const numbers = (client, channel) =>
  client.events_of(channel).filter(({ event }) => event === "n").map(({ data }) => Number(String(data).split(" ")[0]));

process_test("a burst of small and large events on several channels reaches each subscriber once, in order, and no sender", async (scope) => {
  const { node, redis } = await start(scope);
  const clients = await Promise.all(Array.from({ length: 5 }, () => PusherWs.open(scope, node)));
  for (const client of clients) for (const channel of ["a", "b"]) await client.subscribe(channel);
  const [sender] = clients;
  const before = (await node.status()).apps[0].messages_out;

  const all = Array.from({ length: 300 }, (_, n) => n);
  const channel_of = (n) => (n % 3 ? "a" : "b");
  const is_senders = (n) => n % 7 === 3;
  await burst(redis, all.map((n) => event_on(channel_of(n), `${n} ${"x".repeat(n % 50 === 49 ? 20_000 : n % 300)}`,
    is_senders(n) ? { excluded: sender.socket_id } : {})));
  for (const client of clients) {
    for (const channel of ["a", "b"]) {
      const expected = all.filter((n) => channel_of(n) === channel && (client !== sender || !is_senders(n)));
      await wait_until("the last has come", DEADLINE_MS, () => numbers(client, channel).length >= expected.length);
      assert.deepEqual(numbers(client, channel), expected);
    }
  }
  const sent = 5 * all.length - all.filter(is_senders).length;
  await wait_until("they are counted, each", DEADLINE_MS, async () => {
    assert.equal((await node.status()).apps[0].messages_out - before, sent);
    return true;
  });
});

process_test("what came before a user's connections are terminated is still told", async (scope) => {
  const { node, redis } = await start(scope);
  const client = await PusherWs.open(scope, node);
  await client.sign_in({ id: "42" });
  await client.subscribe("news");
  await burst(redis, [event_on("news", "1"), event_on("news", "2"), ["belfry:users", `T1 ${APP.id} 42`], event_on("news", "3")]);
  assert.equal((await client.ws.wait_for_close()).code, 4009);
  assert.deepEqual(numbers(client, "news"), [1, 2]);
  assert.equal(client.events.at(-1).data.code, 4009);
});

process_test("a burst on hundreds of channels reaches all of them", async (scope) => {
  const { node, redis } = await start(scope);
  const client = await PusherWs.open(scope, node);
  const channels = Array.from({ length: 400 }, (_, i) => `c${i}`);
  for (const channel of channels) client.ask_for(channel);
  await wait_until("all are subscribed", DEADLINE_MS, () =>
    client.events.filter(({ event }) => event === "pusher_internal:subscription_succeeded").length === channels.length);
  await burst(redis, [1, 2].flatMap((n) => channels.map((channel) => event_on(channel, `${n}`))));
  await wait_until("all have come", DEADLINE_MS, () =>
    client.events.filter(({ event }) => event === "n").length >= 2 * channels.length);
  for (const channel of channels) assert.deepEqual(numbers(client, channel), [1, 2]);
});
