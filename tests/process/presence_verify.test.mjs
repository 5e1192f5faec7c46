// `belfry presence verify`: Redis and the workers have the same, or it says where not; and what `status` says of the
// workers as owners.
import assert from "node:assert/strict";

import { run_belfry } from "../support/belfry.mjs";
import { open_descriptors, signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 30_000;

function verify(scope, node, ...flags) {
  return run_belfry(scope, ["presence", "verify", `--runtime-dir=${node.runtime_dir}`, ...flags]);
}

async function member(scope, node, channel, user_id) {
  const client = await PusherWs.open(scope, node);
  await client.subscribe(channel, { user_id });
  return client;
}

process_test("presence verify finds no difference where there is none", async (scope) => {
  const redis = await Redis.start(scope);
  const [node, other] = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=1"] })));
  for (const user of ["a", "b"]) await member(scope, node, "presence-x", user);
  for (const user of ["b", "c"]) await member(scope, other, "presence-x", user);
  await member(scope, node, "presence-y", "a");
  const signed_in = await PusherWs.open(scope, node);
  await signed_in.sign_in({ id: "a" });
  const { code, stdout } = await verify(scope, node);
  assert.equal(stdout, "3 channels with 5 members compared: no difference\n");
  assert.equal(code, 0);
  const json = await verify(scope, other, "--json");
  assert.deepEqual(JSON.parse(json.stdout), { worker: 0, channels: 1, members: 3, differences: 0 });
});

process_test("presence verify names each difference, and Redis stays as it is", async (scope) => {
  const redis = await Redis.start(scope);
  const node = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=2"] });
  for (const user of ["a", "b", "c"]) await member(scope, node, "presence-x", user);
  const client = await redis.client();
  await client.command("HDEL", "belfry:{app-id:presence-x}:members", "b");
  await client.command("HSET", "belfry:{app-id:presence-x}:members", "ghost", "{}");
  await client.command("HINCRBY", "belfry:{app-id:presence-x}:state", "t", "5");
  const { code, stdout } = await verify(scope, node);
  assert.equal(code, 1);
  assert.match(stdout, /app-id:presence-x, user b: an owner holds him, and he is no member/);
  assert.match(stdout, /app-id:presence-x, user b: the roster has him, and Redis does not/);
  assert.match(stdout, /app-id:presence-x, user ghost: a member whom no owner holds/);
  assert.match(stdout, /app-id:presence-x, user ghost: Redis has him, and the roster does not/);
  assert.match(stdout, /app-id:presence-x: the total is not the sum of the owners' subscribers/);
  assert.match(stdout, /\d differences\n$/);
  assert.deepEqual((await client.command("HKEYS", "belfry:{app-id:presence-x}:members")).map(String).sort(), ["a", "c", "ghost"]);
});

process_test("presence verify says that a worker died meanwhile, or that Redis is away", async (scope) => {
  const redis = await Redis.start(scope);
  const node = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=1"] });
  node.expect_worker_deaths();
  await member(scope, node, "presence-x", "a");
  redis.freeze();
  const [pid] = await node.worker_pids();
  const before = open_descriptors(pid);
  const verifying = verify(scope, node);
  await wait_until("the worker has the order", DEADLINE_MS, () => open_descriptors(pid) > before);
  signal_process(pid, "SIGKILL");
  const { code, output } = await verifying;
  redis.thaw();
  assert.equal(code, 1);
  assert.match(output, /worker 0 has died meanwhile/);
  await node.wait_for_status("Redis is there", ({ redis: { state } }) => state === "connected");
  await member(scope, node, "presence-x", "b");
  await redis.kill();
  const away = await verify(scope, node);
  assert.equal(away.code, 1);
  assert.match(away.stdout, /app-id:presence-x: Redis did not answer/);
  await redis.start();
});

process_test("status says how the workers stand as owners", async (scope) => {
  const redis = await Redis.start(scope);
  const node = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=2"] });
  node.expect_worker_deaths();
  const before = await node.wait_for_status("leases are held", ({ workers }) => workers.every(({ owner }) => owner.lease_left_ms > 0));
  for (const { owner, sweeps } of before.workers) {
    assert.ok(owner.lease_left_ms <= 9000);
    assert.equal(owner.last_sweep_ago_s, null);
    assert.equal(sweeps, 0);
  }
  signal_process(before.workers[0].pid, "SIGKILL");
  const after = await node.wait_for_status("the dead owner was swept", ({ workers }) => workers.some(({ sweeps }) => sweeps === 1));
  assert.equal(typeof after.workers.find(({ sweeps }) => sweeps === 1).owner.last_sweep_ago_s, "number");
  const again = await node.wait_for_status("the successor has another epoch", ({ workers }) => workers[0].owner.epoch > before.workers[0].owner.epoch);
  assert.equal(again.workers[1].owner.epoch, before.workers[1].owner.epoch);
  await redis.kill();
  await redis.start();
  await node.wait_for_status("the loss is counted", ({ workers }) => workers.every(({ data_losses }) => data_losses === 1));
  const { stdout } = await run_belfry(scope, ["status", `--runtime-dir=${node.runtime_dir}`]);
  assert.match(stdout, /cluster +leases 2 of 2, epochs \d+ to \d+, sweeps 1, the last \d+s ago, repairs \d+, losses 2/);
});
