// A node that is frozen for longer than its lease, as by a paused machine: its members are announced as gone, and when
// it wakes, with the clients that it still has, they are there again, under a new epoch and for everybody.
import assert from "node:assert/strict";

import { signal_process } from "../support/child.mjs";
import { process_test } from "../support/process_test.mjs";
import { start_pair } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { get } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";

const CHANNEL = "presence-room";
const DEADLINE_MS = 30_000;

process_test("members of a frozen node leave and come back, each once, and nobody else is touched", async (scope) => {
  const [frozen, other] = await start_pair(scope, { flags: ["--workers=2"] });
  const watcher = await PusherWs.open(scope, other);
  await watcher.subscribe(CHANNEL, { user_id: "watcher" });
  const both = await PusherWs.open(scope, other);
  await both.subscribe(CHANNEL, { user_id: "on both" });
  const members = await Promise.all(["a", "b", "on both"].map(async (user_id) => {
    const client = await PusherWs.open(scope, frozen);
    await client.subscribe(CHANNEL, { user_id });
    return client;
  }));
  await wait_until("all are there", DEADLINE_MS, () => watcher.member_changes(CHANNEL).length === 3);

  const pids = frozen.child.family().map(({ pid }) => pid);
  for (const pid of pids) signal_process(pid, "SIGSTOP");
  await wait_until("its members are announced as gone", DEADLINE_MS, () => watcher.member_changes(CHANNEL).length === 5);
  for (const pid of pids) signal_process(pid, "SIGCONT");
  await wait_until("they are announced again", DEADLINE_MS, () => watcher.member_changes(CHANNEL).length === 7);
  assert.deepEqual(watcher.member_changes(CHANNEL).slice(3).sort(), ["+a", "+b", "-a", "-b"]);
  await frozen.wait_for_log(/going on under a new epoch/);
  for (const node of [frozen, other]) {
    const { body } = await get(node, `channels/${CHANNEL}/users`);
    assert.deepEqual(body.users.map(({ id }) => id).sort(), ["a", "b", "on both", "watcher"]);
  }

  // Who slept sees what happens from now on, and has heard nothing that did not add up.
  const late = await PusherWs.open(scope, other);
  const { presence } = await late.subscribe(CHANNEL, { user_id: "late" });
  assert.equal(presence.count, 5);
  for (const member of members) await member.gets((event) => event.data?.user_id === "late");
  for (const member of members) {
    const seen = new Set((await member.gets((event) => event.data?.presence)).data.presence.ids);
    for (const change of member.member_changes(CHANNEL)) {
      const user = change.slice(1);
      assert.equal(seen.has(user), change.startsWith("-"), `${change} to one who ${seen.has(user) ? "had" : "had not"} ${user}`);
      if (change.startsWith("-")) seen.delete(user);
      else seen.add(user);
    }
    assert.deepEqual([...seen].sort(), ["a", "b", "late", "on both", "watcher"]);
  }
});
