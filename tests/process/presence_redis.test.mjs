// Presence while Redis is away: nobody who stayed is announced as gone, whatever becomes of Redis and its data, and
// what changed meanwhile is told afterwards.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { get } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";

const CHANNEL = "presence-room";
const DEADLINE_MS = 40_000;
const LEASE_MS = 9_000;

async function passes(ms) {
  const until = performance.now() + ms;
  await wait_until(`${ms} ms have passed`, ms + DEADLINE_MS, () => performance.now() >= until);
}

async function users(node) {
  return (await get(node, `channels/${CHANNEL}/users`)).body.users?.map(({ id }) => id).sort();
}

async function with_members(scope) {
  const redis = await Redis.start(scope);
  const nodes = await Promise.all([1, 2].map(() =>
    Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=2"] })));
  const members = [];
  for (const [n, user_id] of ["a", "b", "c", "d"].entries()) {
    members.push(await PusherWs.open(scope, nodes[n % 2]));
    await members.at(-1).subscribe(CHANNEL, { user_id });
  }
  await wait_until("the first sees all", DEADLINE_MS, () => members[0].member_changes(CHANNEL).length === 3);
  return { redis, nodes, members };
}

// After the outage: one leaves, one comes, and that is all that anybody hears.
async function expect_only_real_changes(scope, nodes, members) {
  const before = members.map((member) => member.member_changes(CHANNEL));
  await members[3].close();
  const late = await PusherWs.open(scope, nodes[1]);
  await late.subscribe(CHANNEL, { user_id: "late" });
  for (const [n, member] of members.slice(0, 3).entries()) {
    await wait_until("a member hears of both changes", DEADLINE_MS, () => member.member_changes(CHANNEL).length >= before[n].length + 2);
    assert.deepEqual(member.member_changes(CHANNEL).slice(before[n].length).sort(), ["+late", "-d"]);
    assert.deepEqual(before[n].filter((change) => change.startsWith("-")), []);
  }
  for (const node of nodes) {
    await wait_until("the HTTP API tells the truth", DEADLINE_MS, async () =>
      JSON.stringify(await users(node)) === JSON.stringify(["a", "b", "c", "late"]));
  }
}

process_test("Redis stands still for longer than a lease", async (scope) => {
  const { redis, nodes, members } = await with_members(scope);
  redis.freeze();
  await passes(2 * LEASE_MS);
  redis.thaw();
  await Promise.all(nodes.map((node) => node.wait_for_redis()));
  await passes(LEASE_MS + 3_000);  // then somebody would have swept
  await expect_only_real_changes(scope, nodes, members);
});

process_test("Redis comes back empty", async (scope) => {
  const { redis, nodes, members } = await with_members(scope);
  await redis.kill();
  await redis.start();
  await Promise.all(nodes.map((node) => node.wait_for_redis()));
  await wait_until("everybody is written again", DEADLINE_MS, async () =>
    JSON.stringify(await users(nodes[0])) === JSON.stringify(["a", "b", "c", "d"]));
  await expect_only_real_changes(scope, nodes, members);
});

process_test("the data is deleted while Redis runs", async (scope) => {
  const { redis, nodes, members } = await with_members(scope);
  await (await redis.client()).command("FLUSHALL");
  await wait_until("everybody is written again", DEADLINE_MS, async () =>
    JSON.stringify(await users(nodes[0])) === JSON.stringify(["a", "b", "c", "d"]));
  await expect_only_real_changes(scope, nodes, members);
});

process_test("who leaves while Redis is away is told to have left when it is back", async (scope) => {
  const { redis, nodes, members } = await with_members(scope);
  await redis.kill();
  await nodes[1].wait_for_status("Redis is away", (status) => status.redis.state !== "connected");
  await members[1].close();
  await redis.start();
  for (const member of [members[0], members[2]]) {
    await wait_until("the leave is told", DEADLINE_MS, () => member.member_changes(CHANNEL).includes("-b"));
    assert.deepEqual(member.member_changes(CHANNEL).filter((change) => change.startsWith("-")), ["-b"]);
  }
  assert.deepEqual(await users(nodes[0]), ["a", "c", "d"]);
});
