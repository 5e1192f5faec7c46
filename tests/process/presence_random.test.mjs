// Presence under faults, at random: members come and go on two nodes while workers and a node are killed and Redis is
// frozen, restarted and emptied, and a node is frozen beyond its lease. Whoever stays connected hears every change once and none that did not happen.
//
// BELFRY_SEEDS=20 runs that many seeds, BELFRY_SEED=7 that one alone.
import assert from "node:assert/strict";

import { run_belfry } from "../support/belfry.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { PresenceModel } from "../support/presence_model.mjs";
import { process_test } from "../support/process_test.mjs";
import { random_of, seeds_to_run } from "../support/random.mjs";
import { Redis } from "../support/redis.mjs";
import { get } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";

const STEPS = 150;
const CHANNELS = ["presence-a", "presence-b", "presence-cache-c"];
const USERS = Array.from({ length: 15 }, (_, n) => `user-${n}`);
const SETTLE_MS = 45_000;
const FROZEN_MS = 12_000;

class World {
  static async make(scope, seed) {
    const world = new World();
    Object.assign(world, { scope, random: random_of(seed), model: new PresenceModel(scope), redis: await Redis.start(scope) });
    world.nodes = await Promise.all([1, 2].map(() => world.start_node()));
    return world;
  }

  async start_node() {
    const node = await Cluster.start(this.scope, { redis_url: this.redis.url, flags: ["--workers=2"] });
    node.expect_worker_deaths();
    return node;
  }

  join() {
    const { random } = this;
    this.model.join(random.pick(this.nodes), random.pick(CHANNELS), random.pick(USERS));
  }

  leave() {
    const here = this.model.members.filter((member) => member.is_here);
    if (here.length > 0) this.random.pick(here).leave(this.random.pick(["unsubscribe", "close", "terminate"]));
  }

  async kill_worker() {
    const pids = (await this.random.pick(this.nodes).worker_pids()).filter((pid) => pid > 0);
    if (pids.length > 0) signal_process(this.random.pick(pids), "SIGKILL");
  }

  async replace_node() {
    const dead = this.nodes.shift();
    await dead.kill_node();
    this.nodes.push(await this.start_node());
  }

  // As a paused machine: for longer than its lease, so that it is swept, and goes on under new epochs.
  async freeze_node() {
    const pids = this.nodes[0].child.family().map(({ pid }) => pid);
    for (const pid of pids) signal_process(pid, "SIGSTOP");
    const thaw_at = performance.now() + FROZEN_MS;
    await wait_until("the node was frozen for longer than its lease", SETTLE_MS, () => performance.now() >= thaw_at);
    for (const pid of pids) signal_process(pid, "SIGCONT");
  }

  async freeze_redis() {
    this.redis.freeze();
    const thaw_at = performance.now() + this.random.below(4000);
    await wait_until("Redis was frozen for a while", SETTLE_MS, () => performance.now() >= thaw_at);
    this.redis.thaw();
  }

  // All that listen, or all that write: what was said or is on its way is lost, or answered by nobody.
  async cut_connections() {
    const client = await this.redis.client();
    await client.command("CLIENT", "KILL", "TYPE", this.random.pick(["pubsub", "normal"]), "SKIPME", "yes");
  }

  async empty_redis() {
    await this.redis.kill();
    await this.redis.start();
  }

  async check_truth() {
    await this.model.settles(SETTLE_MS);
    for (const channel of CHANNELS) {
      for (const node of this.nodes) {
        await wait_until(`the HTTP API has the users of ${channel}`, SETTLE_MS, async () => {
          const { body } = await get(node, `channels/${channel}/users`);
          assert.deepEqual(body.users.map(({ id }) => id).sort(), this.model.users_of(channel));
          return true;
        });
      }
    }
    for (const node of this.nodes) {
      const { stdout } = await run_belfry(this.scope, ["presence", "verify", `--runtime-dir=${node.runtime_dir}`]);
      assert.match(stdout, /: no difference\n$/);
    }
  }

  async all_leave() {
    for (const member of [...this.model.members]) if (member.is_here) member.leave("close");
    const client = await this.redis.client();
    await wait_until("Redis holds nothing of any channel", SETTLE_MS, async () => {
      const keys = await client.command("KEYS", "belfry:{*:presence-*}:*");
      const rows = keys.filter((key) => !key.includes(":fence:"));
      assert.deepEqual(rows, []);
      return true;
    });
  }
}

async function play(world, faults) {
  for (let step = 0; step < STEPS; ++step) {
    if (step % Math.floor(STEPS / (faults.length + 1)) === 1 && step > 1) await world[faults.shift()]();
    if (world.random.chance(0.6)) world.join();
    else world.leave();
    if (world.random.chance(0.1)) await world.model.confirms(SETTLE_MS);
  }
  await world.model.confirms(SETTLE_MS);
}

process_test("members who come and go are seen by everybody, each change once", async (scope) => {
  const world = await World.make(scope, 1);
  await play(world, []);
  await world.check_truth();
  await world.all_leave();
});

for (const seed of seeds_to_run(2)) {
  process_test(`whatever dies, who stays sees the truth (seed ${seed})`, async (scope) => {
    const world = await World.make(scope, seed);
    const faults = ["kill_worker", "freeze_redis", "kill_worker", "empty_redis", "kill_worker", "replace_node",
      "freeze_node", "cut_connections", "cut_connections"];
    const shuffled = faults.map((fault) => [world.random.below(1000), fault]).sort(([a], [b]) => a - b).map(([, f]) => f);
    await play(world, shuffled);
    await world.check_truth();
    await world.all_leave();
  });
}
