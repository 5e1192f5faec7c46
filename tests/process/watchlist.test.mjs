// Watchlists to the byte, at their limits, and while something dies.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { app_file } from "../support/app_file.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { start_pair } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 40_000;
const TERMINATE = readFileSync(new URL("../../worker/cluster/scripts/terminate.lua", import.meta.url));

async function sign_in(scope, node, user) {
  const client = await PusherWs.open(scope, node);
  await client.sign_in(user);
  return client;
}

// What the watchlist events say, in order, flat: "+bob", "-carol".
function heard(client) {
  return client.events.filter(({ event }) => event === "pusher_internal:watchlist_events").flatMap(({ data }) =>
    data.events.flatMap(({ name, user_ids }) => user_ids.map((id) => (name === "online" ? "+" : "-") + id)));
}

function hears(client, expected) {
  return wait_until(`the watcher hears ${expected}`, DEADLINE_MS, () => {
    assert.deepEqual(heard(client), expected);
    return true;
  });
}

process_test("the first event has both lists in one message, to the byte", async (scope) => {
  const node = await Cluster.start(scope);
  await sign_in(scope, node, { id: "on" });
  const watcher = await sign_in(scope, node, { id: "me", watchlist: ["on", "off", "on"] });
  await hears(watcher, ["+on", "-off"]);
  assert.equal(watcher.ws.messages.at(-1), '{"event":"pusher_internal:watchlist_events","data":' +
    '"{\\"events\\":[{\\"name\\":\\"online\\",\\"user_ids\\":[\\"on\\"]},{\\"name\\":\\"offline\\",\\"user_ids\\":[\\"off\\"]}]}"}');
});

process_test("of a list that is too long the first hundred count, and signing in again replaces it", async (scope) => {
  const node = await Cluster.start(scope);
  const ids = Array.from({ length: 101 }, (_, n) => `user-${n}`);
  const watcher = await sign_in(scope, node, { id: "me", watchlist: ids });
  await watcher.gets(({ event, data }) => event === "pusher:error" && data.code === 4302);
  await wait_until("a hundred are offline", DEADLINE_MS, () => heard(watcher).length === 100);
  assert.deepEqual(heard(watcher).sort(), ids.slice(0, 100).map((id) => `-${id}`).sort());
  await watcher.sign_in({ id: "me", watchlist: ["user-100", "me"] });
  await wait_until("two more are told", DEADLINE_MS, () => heard(watcher).length === 102);
  await sign_in(scope, node, { id: "user-7" });
  await sign_in(scope, node, { id: "user-100" });
  await wait_until("the new one is told", DEADLINE_MS, () => heard(watcher).length === 103);
  assert.deepEqual(heard(watcher).slice(100), ["+me", "-user-100", "+user-100"]);
});

process_test("where watchlist events are off, nothing is told and nothing is kept", async (scope) => {
  const redis = await Redis.start(scope);
  const node = await Cluster.start(scope, { redis_url: redis.url, flags: [app_file(scope, { enable_watchlist_events: false })] });
  const watcher = await sign_in(scope, node, { id: "me", watchlist: ["bob"] });
  await sign_in(scope, node, { id: "bob" });
  await watcher.subscribe("afterwards");
  assert.deepEqual(heard(watcher), []);
  const client = await redis.client();
  assert.deepEqual(await client.command("KEYS", "*!users-*"), []);
});

process_test("a worker that dies takes its users offline, each once, and none who is still connected elsewhere", async (scope) => {
  const [a, b] = await start_pair(scope, { flags: ["--workers=1"] });
  b.expect_worker_deaths();
  const watcher = await sign_in(scope, a, { id: "watcher", watchlist: ["one", "two", "both"] });
  await wait_until("all are offline", DEADLINE_MS, () => heard(watcher).length === 3);
  for (const id of ["one", "two", "both"]) await sign_in(scope, b, { id });
  await sign_in(scope, a, { id: "both" });
  await wait_until("all are online", DEADLINE_MS, () => heard(watcher).length === 6);
  signal_process((await b.worker_pids())[0], "SIGKILL");
  await wait_until("two are offline", DEADLINE_MS, () => heard(watcher).length >= 8);
  await sign_in(scope, a, { id: "one" });
  await wait_until("one is back", DEADLINE_MS, () => heard(watcher).length >= 9);
  assert.deepEqual(heard(watcher).slice(6).sort(), ["+one", "-one", "-two"]);
});

process_test("Redis emptied: nobody who stayed is announced as offline", async (scope) => {
  const redis = await Redis.start(scope);
  const [a, b] = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url })));
  const watcher = await sign_in(scope, a, { id: "watcher", watchlist: ["stays", "goes", "comes"] });
  await sign_in(scope, b, { id: "stays" });
  const goes = await sign_in(scope, b, { id: "goes" });
  await wait_until("two came online", DEADLINE_MS, () => heard(watcher).length === 5);
  await redis.kill();
  goes.close();
  await redis.start();
  await sign_in(scope, b, { id: "comes" });
  await wait_until("the truth is told", DEADLINE_MS, () => heard(watcher).length === 7);
  assert.deepEqual(heard(watcher).slice(5).sort(), ["+comes", "-goes"]);
});

process_test("a worker that was deaf while a user was terminated closes his connections when it hears again", async (scope) => {
  const redis = await Redis.start(scope);
  const node = await Cluster.start(scope, { redis_url: redis.url });
  const banned = await sign_in(scope, node, { id: "banned" });
  const other = await sign_in(scope, node, { id: "other" });
  // In one step nobody can hear it: what the HTTP API does, right behind the loss of every subscriber connection.
  const client = await redis.client();
  const terminate = ["EVAL", TERMINATE, "1", "belfry:terminations", "belfry:users", "T1 app-id banned", "app-id banned", "60000"];
  for (const words of [["MULTI"], ["CLIENT", "KILL", "TYPE", "pubsub"], terminate, ["EXEC"]]) await client.command(...words);
  assert.equal((await banned.ws.closed).code, 4009);
  const again = await sign_in(scope, node, { id: "banned" });
  await Promise.all([again, other].map((one) => one.subscribe("still-here")));
});
