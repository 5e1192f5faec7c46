// `belfry rebalance`: clients above the mean are closed slowly, and find room elsewhere.
import assert from "node:assert/strict";

import { run_belfry } from "../support/belfry.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { spread_of } from "../support/crowd.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { WsClient } from "../support/ws_client.mjs";

const KINDS = [{ path: "/", code: 1001 }, { path: `/app/${APP.key}?protocol=7`, code: 4200 }];

// Clients of both kinds that come back at once when they are closed, until they are told to stay away.
class Comers {
  staying_away = false;
  closes = []; // {expected, code}

  static async start(scope, cluster, count) {
    const comers = new Comers();
    await Promise.all(Array.from({ length: count }, (_, n) => comers.#come(scope, cluster, KINDS[n % KINDS.length])));
    return comers;
  }

  async #come(scope, cluster, kind) {
    const client = await WsClient.open(scope, cluster.url(kind.path));
    client.closed.then(({ code }) => {
      this.closes.push({ expected: kind.code, code });
      if (!this.staying_away) this.#come(scope, cluster, kind).catch((error) => scope.abort(error.message));
    });
  }
}

// About 120 clients each at two workers, none at a third one.
async function uneven_node(scope, policy) {
  const cluster = await Cluster.start(scope, { flags: ["--workers=3", `--balance-workers=${policy}`] });
  cluster.expect_worker_deaths();
  const comers = await Comers.start(scope, cluster, 360);
  const { workers: [victim] } = await cluster.wait_for_clients(360);
  comers.staying_away = true;
  signal_process(victim.pid, "SIGKILL");
  const { workers: [, other] } = await cluster.wait_for_status("slot 0 is empty and ready", ({ clients, workers }) =>
    clients === 360 - victim.clients && workers[0].takes_connections && workers[0].clients === 0
    && comers.closes.length === victim.clients);
  await cluster.wait_for_status("two heartbeats have told that nobody comes", ({ workers }) =>
    workers[1].age_s > other.age_s + 2);
  comers.staying_away = false;
  comers.closes.length = 0;
  return { cluster, comers };
}

const rebalance = (scope, cluster, ...words) =>
  run_belfry(scope, ["rebalance", ...words, `--runtime-dir=${cluster.runtime_dir}`]);

for (const policy of ["hash", "random", "least"]) {
  process_test(`${policy}: a rebalance evens out and closes no more than that takes`, async (scope) => {
    const { cluster, comers } = await uneven_node(scope, policy);
    const before = spread_of(await cluster.status());
    const total = before[0] + before[1] + before[2];
    const surplus = before.reduce((sum, count) => sum + Math.max(0, count - Math.ceil(total / 3)), 0);
    const { code, output } = await rebalance(scope, cluster, "--over=2s");
    assert.equal(code, 0, output);
    assert.match(output, new RegExp(`^closing ${surplus} clients of 2 workers in the next 2 s`));
    const { balance } = await cluster.status();
    assert.equal(balance.rebalance.clients, surplus);
    assert.ok(balance.rebalance.left_s <= 2);
    assert.match((await rebalance(scope, cluster)).output, /another rebalance is under way/);

    const even = await cluster.wait_for_status("the clients are even and all here", ({ clients, balance: { spread } }) =>
      comers.closes.length === surplus && clients === total && spread.max - spread.min < 0.2 * spread.mean);
    scope.t.diagnostic(`${before} became ${spread_of(even)}`);
    for (const { code: close_code, expected } of comers.closes) assert.equal(close_code, expected);
    assert.deepEqual(new Set(comers.closes.map(({ expected }) => expected)), new Set([1001, 4200]));
    comers.staying_away = true;
    if (policy !== "hash") return;
    await cluster.wait_for_status("it is over", (status) => status.balance.rebalance === null);
    assert.equal(comers.closes.length, surplus);
  });
}

for (const policy of ["source", "cpu"]) {
  process_test(`${policy} decides itself: a rebalance is refused and says so`, async (scope) => {
    const cluster = await Cluster.start(scope, { flags: [`--balance-workers=${policy}`] });
    const { code, output } = await rebalance(scope, cluster);
    assert.equal(code, 1, output);
    assert.match(output, new RegExp(`balance\\.workers = "${policy}" decides which worker a client belongs to`));
  });
}

process_test("where there is nothing to move, or nowhere to move it, a rebalance says so", async (scope) => {
  const even = await Cluster.start(scope, { flags: ["--workers=2"] });
  assert.match((await rebalance(scope, even)).output, /nothing to do/);
  const single = await Cluster.start(scope, { flags: ["--workers=1"] });
  const { code, output } = await rebalance(scope, single);
  assert.equal(code, 1);
  assert.match(output, /no two workers/);
});

process_test("rebalance --over wants a duration", async (scope) => {
  const { code, output } = await run_belfry(scope, ["rebalance", "--over=soon", "--admin-socket=/nowhere/admin.sock"]);
  assert.equal(code, 64, output);
  assert.match(output, /"soon" is no duration/);
});
