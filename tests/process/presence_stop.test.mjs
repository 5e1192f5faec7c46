// Members of workers that stop: gone at once by default; with presence.leave_grace nobody hears of it who comes back.
import assert from "node:assert/strict";

import { process_test } from "../support/process_test.mjs";
import { start_pair } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { run_belfry } from "../support/belfry.mjs";
import { get } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";

const CHANNEL = "presence-room";
const DEADLINE_MS = 20_000;

async function watched_pair(scope, flags) {
  const nodes = await start_pair(scope, { flags });
  const watcher = await PusherWs.open(scope, nodes[1]);
  await watcher.subscribe(CHANNEL, { user_id: "watcher" });
  const members = await Promise.all(["a", "b", "c"].map(async (user_id) => {
    const client = await PusherWs.open(scope, nodes[0]);
    await client.subscribe(CHANNEL, { user_id });
    return client;
  }));
  await wait_until("the watcher has seen all", DEADLINE_MS, () => watcher.member_changes(CHANNEL).length === 3);
  return { nodes, watcher, members };
}

function left(watcher) {
  return watcher.member_changes(CHANNEL).filter((change) => change.startsWith("-")).sort();
}

process_test("members of a node that stops leave at once, each once", async (scope) => {
  const { nodes, watcher } = await watched_pair(scope, []);
  await nodes[0].stop();
  await wait_until("all have left", DEADLINE_MS, () => left(watcher).length === 3);
  assert.deepEqual(left(watcher), ["-a", "-b", "-c"]);
});

process_test("with leave_grace who comes back is not heard of, and who does not leaves when it is over", async (scope) => {
  const { nodes, watcher } = await watched_pair(scope, ["--presence-leave-grace=4s"]);
  await nodes[0].stop();
  assert.deepEqual((await get(nodes[1], `channels/${CHANNEL}`, { info: "user_count" })).body, { occupied: true, user_count: 4 });
  const back = await PusherWs.open(scope, nodes[1]);
  const { presence } = await back.subscribe(CHANNEL, { user_id: "a" });
  assert.deepEqual(presence.ids.sort(), ["a", "b", "c", "watcher"]);
  assert.deepEqual(left(watcher), []);
  await wait_until("the others have left", DEADLINE_MS, () => left(watcher).length === 2);
  assert.deepEqual(watcher.member_changes(CHANNEL).slice(3).sort(), ["-b", "-c"]);
});

process_test("with leave_grace a rolling restart moves every member and nobody hears of it", async (scope) => {
  const { nodes, watcher, members } = await watched_pair(scope, ["--workers=2", "--presence-leave-grace=10s"]);
  const comes_back = members.map(async (member, n) => {
    await member.ws.wait_for_close();
    const client = await PusherWs.open(scope, nodes[1]);
    await client.subscribe(CHANNEL, { user_id: "abc"[n] });
  });
  const { code } = await run_belfry(scope, ["restart", `--admin-socket=${nodes[0].admin_socket}`]);
  assert.equal(code, 0);
  await Promise.all(comes_back);
  assert.equal((await get(nodes[1], `channels/${CHANNEL}`, { info: "user_count" })).body.user_count, 4);
  assert.deepEqual(left(watcher), []);
});

process_test("with leave_grace a drain moves every member and nobody hears of it", async (scope) => {
  const { nodes, watcher, members } = await watched_pair(scope, ["--presence-leave-grace=3s", "--drain-delay=0s"]);
  const comes_back = members.map(async (member, n) => {
    await member.ws.wait_for_close();
    const client = await PusherWs.open(scope, nodes[1]);
    await client.subscribe(CHANNEL, { user_id: "abc"[n] });
  });
  nodes[0].expect_exit();
  await nodes[0].ask("drain 2s");
  await Promise.all(comes_back);
  await nodes[0].wait_for_exit();
  await nodes[1].wait_for_status("the drained node's owners have been swept", (status) =>
    status.workers.some(({ sweeps }) => sweeps > 0));
  assert.equal((await get(nodes[1], `channels/${CHANNEL}`, { info: "user_count" })).body.user_count, 4);
  assert.deepEqual(left(watcher), []);
});

process_test("who leaves by himself while his node drains has left", async (scope) => {
  const { nodes, watcher, members } = await watched_pair(scope, ["--presence-leave-grace=60s", "--drain-delay=0s"]);
  await nodes[0].ask("drain 1h");
  await nodes[0].wait_for_log(/shedding clients/);
  members[0].send({ event: "pusher:unsubscribe", data: { channel: CHANNEL } });
  await members[1].ws.close();
  await wait_until("both have left", DEADLINE_MS, () => left(watcher).length === 2);
  assert.deepEqual(left(watcher), ["-a", "-b"]);
  await nodes[0].stop({ signal: "SIGINT" });
});
