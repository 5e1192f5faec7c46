// Watchlists with pusher-js: who signs in hears which of the users whom he watches are online anywhere in the cluster,
// then each first sign-in and each last end of a connection, once.
import assert from "node:assert/strict";

import { process_test } from "../support/process_test.mjs";
import { Cluster } from "../support/cluster.mjs";
import { PusherClient, start_pair } from "../support/pusher.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;

// pusher-js as a user, with what its watchlist says, in order: "+bob", "-bob".
async function sign_in(scope, node, id, watchlist) {
  const client = await PusherClient.open(scope, node, { user: { id, user_info: {}, watchlist } });
  const heard = [];
  client.pusher.user.watchlist.bind("online", ({ user_ids }) => heard.push(...user_ids.map((one) => `+${one}`)));
  client.pusher.user.watchlist.bind("offline", ({ user_ids }) => heard.push(...user_ids.map((one) => `-${one}`)));
  client.pusher.signin();
  await wait_until(`${id} has signed in`, DEADLINE_MS, () => client.pusher.user.user_data?.id === id);
  return { client, heard };
}

function hears({ heard }, expected) {
  return wait_until(`the watcher hears ${expected}`, DEADLINE_MS, () => {
    assert.deepEqual(heard, expected);
    return true;
  });
}

process_test("pusher-js hears who of its watchlist is online, and each change, from both nodes", async (scope) => {
  const [a, b] = await start_pair(scope);
  const bob = await sign_in(scope, b, "bob");
  const alice = await sign_in(scope, a, "alice", ["bob", "carol"]);
  await hears(alice, ["+bob", "-carol"]);
  const carol = await sign_in(scope, b, "carol");
  await hears(alice, ["+bob", "-carol", "+carol"]);
  bob.client.pusher.disconnect();
  await hears(alice, ["+bob", "-carol", "+carol", "-bob"]);
  assert.deepEqual(carol.heard, []);
});

process_test("a user with connections on two nodes goes offline with the last one", async (scope) => {
  const redis = await Redis.start(scope);
  const [a, b] = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url })));
  const rows = await redis.client();
  const watcher = await sign_in(scope, a, "watcher", ["bob", "last"]);
  await hears(watcher, ["-bob", "-last"]);
  const here = await sign_in(scope, a, "bob");
  await hears(watcher, ["-bob", "-last", "+bob"]);
  const there = await sign_in(scope, b, "bob");
  await wait_until("the cluster knows of both", DEADLINE_MS, async () => {
    const [extra] = await rows.command("KEYS", "*!users-*:extra");
    return extra && (await rows.command("HGET", extra, "bob")) === "1";
  });
  here.client.pusher.disconnect();
  const last = await sign_in(scope, a, "last");
  await hears(watcher, ["-bob", "-last", "+bob", "+last"]);
  there.client.pusher.disconnect();
  await hears(watcher, ["-bob", "-last", "+bob", "+last", "-bob"]);
  last.client.pusher.disconnect();
  await hears(watcher, ["-bob", "-last", "+bob", "+last", "-bob", "-last"]);
});
