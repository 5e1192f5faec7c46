// balance.workers: over which workers of a node the kernel spreads new connections, by each policy, and after a worker
// was replaced.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";

import { run_belfry } from "../support/belfry.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { open_crowd, spread_of } from "../support/crowd.mjs";
import { process_test } from "../support/process_test.mjs";
import { WsClient } from "../support/ws_client.mjs";

const WORKERS = 4;

function start(scope, policy, options = {}) {
  return Cluster.start(scope, { flags: [`--workers=${WORKERS}`, `--balance-workers=${policy}`], ...options });
}

async function replace_worker(cluster, slot) {
  cluster.expect_worker_deaths();
  const victim = await cluster.worker(slot);
  signal_process(victim.pid, "SIGKILL");
  await cluster.wait_for_status(`slot ${slot} has a successor that takes connections`, ({ workers }) =>
    workers[slot].pid !== victim.pid && workers[slot].takes_connections);
  return victim;
}

const total_of = (counts) => counts.reduce((sum, count) => sum + count, 0);

// Six standard deviations of a fair choice among all workers.
function expect_fair(counts) {
  const mean = total_of(counts) / WORKERS;
  const bound = 6 * Math.sqrt(mean * (1 - 1 / WORKERS));
  for (const count of counts) assert.ok(Math.abs(count - mean) < bound, `${counts}`);
}

for (const policy of ["hash", "random"]) {
  process_test(`${policy} spreads evenly, and gives a replaced worker its part again`, async (scope) => {
    const cluster = await start(scope, policy);
    await open_crowd(scope, cluster, 2_000);
    const before = spread_of(await cluster.wait_for_clients(2_000));
    expect_fair(before);
    const { clients: lost } = await replace_worker(cluster, 1);
    await open_crowd(scope, cluster, 800);
    const after = spread_of(await cluster.wait_for_clients(2_000 - lost + 800));
    expect_fair(after.map((count, slot) => count - (slot === 1 ? 0 : before[slot])));
  });
}

process_test("least fills a replaced worker until all are even, without overfilling it", async (scope) => {
  const cluster = await start(scope, "least");
  await open_crowd(scope, cluster, 2_000);
  const before = spread_of(await cluster.wait_for_clients(2_000));
  for (const count of before) assert.ok(count > 350 && count < 650, `${before}`);
  const { clients: lost } = await replace_worker(cluster, 1);
  await open_crowd(scope, cluster, lost);
  const back = spread_of(await cluster.wait_for_clients(2_000));
  assert.ok(back[1] > 1.5 * lost / WORKERS && back[1] < 650, `${back}`);
  for (let count = 2_000; count < 3_200; count += 300) {
    await open_crowd(scope, cluster, 300);
    await cluster.wait_for_clients(count + 300);
  }
  const { balance } = await cluster.status();
  assert.ok(balance.spread.min > 0.85 * balance.spread.mean, JSON.stringify(balance));
  assert.ok(balance.spread.max < 1.15 * balance.spread.mean, JSON.stringify(balance));
});

// The n-th of eight addresses has 2^n connections: the bits of a worker's count tell which addresses it has.
const ADDRESSES = Array.from({ length: 255 }, (_, n) => `127.0.0.${11 + Math.floor(Math.log2(n + 1))}`);

async function open_from_addresses(scope, cluster) {
  return open_crowd(scope, cluster, 255, (n) => ({ localAddress: ADDRESSES[n] }));
}

function expect_whole_addresses(counts) {
  assert.equal(total_of(counts), 255);
  assert.equal(counts.reduce((bits, count) => bits | count, 0), 255, `an address has two workers: ${counts}`);
}

process_test("source keeps each address at one worker, at the same one after that was replaced", async (scope) => {
  const cluster = await start(scope, "source");
  await open_from_addresses(scope, cluster);
  const first = spread_of(await cluster.wait_for_clients(255));
  expect_whole_addresses(first);
  assert.ok(first.filter((count) => count > 0).length > 1, `${first}`);
  const slot = first.findIndex((count) => count > 0);
  await replace_worker(cluster, slot);
  await open_from_addresses(scope, cluster);
  const second = spread_of(await cluster.wait_for_clients(255 + 255 - first[slot]));
  assert.deepEqual(second, first.map((count, index) => (index === slot ? count : 2 * count)));
});

process_test("source keeps an IPv6 address at one worker", async (scope) => {
  if (!Object.values(os.networkInterfaces()).flat().some(({ address }) => address === "::1"))
    return scope.t.skip("this machine has no ::1");
  const cluster = await start(scope, "source", { listen: "[::1]:0" });
  await Promise.all(Array.from({ length: 60 }, () => WsClient.open(scope, `ws://[::1]:${cluster.port}/`)));
  const counts = spread_of(await cluster.wait_for_clients(60));
  assert.deepEqual(counts.toSorted((a, b) => a - b), [0, 0, 0, 60]);
});

const allowed_cpus = (pid) => /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1];

function pin_this_process(scope, cpus) {
  const before = allowed_cpus(process.pid);
  const pin = (list) => assert.equal(spawnSync("taskset", ["-pc", list, String(process.pid)]).status, 0);
  scope.defer(() => pin(before));
  pin(cpus);
}

process_test("cpu pins the workers, and a connection goes to a worker of the CPU on which it arrives", async (scope) => {
  const cpus = os.availableParallelism();
  if (cpus < 2 || cpus > WORKERS) return scope.t.skip(`for 2 to ${WORKERS} CPUs`);
  const cluster = await start(scope, "cpu");
  const pinned = (await cluster.worker_pids()).map(allowed_cpus);
  assert.equal(new Set(pinned).size, cpus, `${pinned}`);
  pin_this_process(scope, pinned[WORKERS - 1]);
  await open_crowd(scope, cluster, 200); // over loopback, a packet arrives on the CPU that has sent it
  const first = spread_of(await cluster.wait_for_clients(200));
  first.forEach((count, slot) =>
    assert.equal(count > 0, pinned[slot] === pinned[WORKERS - 1], `${first} at ${pinned}`));
  await replace_worker(cluster, 0);
  assert.equal(allowed_cpus((await cluster.worker(0)).pid), pinned[0]);
});

process_test("status shows policy, spread and shares, for programs and for people", async (scope) => {
  const cluster = await start(scope, "random");
  await open_crowd(scope, cluster, 40);
  const { balance, workers } = await cluster.wait_for_clients(40);
  const counts = workers.map(({ clients }) => clients);
  assert.deepEqual(balance, {
    policy: "random", in_effect: "random", rebalance: null,
    spread: { min: Math.min(...counts), max: Math.max(...counts), mean: 10 },
  });
  for (const { share, takes_connections } of workers) assert.deepEqual([share, takes_connections], [0.25, true]);
  const { stdout } = await run_belfry(scope, ["status", `--runtime-dir=${cluster.runtime_dir}`]);
  assert.match(stdout, /^balance +random, \d+ to \d+ clients a worker, 25% of new ones each$/m);
});
