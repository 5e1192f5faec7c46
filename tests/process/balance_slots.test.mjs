// A slot without a worker that answers gets no new connections while others can take them, whatever balance.workers
// says; where no other can, connections wait in its queue. And what happens where the kernel refuses the program.
import assert from "node:assert/strict";

import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { open_crowd, spread_of } from "../support/crowd.mjs";
import { process_test } from "../support/process_test.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const POLICIES = ["hash", "source", "cpu", "random", "least"];

const from_many_addresses = (n) => ({ localAddress: `127.0.0.${1 + (n % 200)}` });

// Freezes a worker and has it replaced: it does not stop until it is thawed, or killed after 10 s.
async function freeze_on_its_way_out(cluster, slot) {
  const { pid } = await cluster.worker(slot);
  signal_process(pid, "SIGSTOP");
  const restarted = cluster.ask(`restart ${slot}`).catch(() => null);
  await cluster.wait_for_status("the slot is out", ({ workers }) => workers[slot].state === "stopping");
  return { pid, restarted };
}

for (const policy of POLICIES) {
  process_test(`${policy}: a worker on its way out gets no new connections, its successor does`, async (scope) => {
    const cluster = await Cluster.start(scope, { flags: ["--workers=3", `--balance-workers=${policy}`] });
    for (const slot of [0, 1, 2]) { // each of them: the program's numbers are the slots'
      const before = spread_of(await cluster.status());
      const { pid, restarted } = await freeze_on_its_way_out(cluster, slot);
      const clients = await open_crowd(scope, cluster, 60, from_many_addresses);
      const { workers } = await cluster.status();
      assert.deepEqual([workers[slot].state, workers[slot].takes_connections, workers[slot].share],
        ["stopping", false, 0]);
      signal_process(pid, "SIGCONT");
      assert.deepEqual((await restarted).restarted, [slot]);
      assert.ok(clients.every((client) => client.is_open));
      assert.equal(before[slot], 0);
      await Promise.all(clients.map((client) => client.close()));
      await cluster.wait_for_clients(0);
    }
    assert.ok((await cluster.status()).workers.every((worker) => worker.takes_connections));
    if (policy === "cpu") return; // this process may be on one CPU only
    await open_crowd(scope, cluster, 200, from_many_addresses);
    assert.ok(spread_of(await cluster.wait_for_clients(200)).every((count) => count > 0));
  });
}

process_test("a worker that is silent gets no new connections before it is declared dead", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=2"] });
  cluster.expect_worker_deaths();
  const { pid } = await cluster.worker(1);
  signal_process(pid, "SIGSTOP");
  const { workers } = await cluster.wait_for_status("the slot is out", (status) =>
    !status.workers[1].takes_connections);
  assert.deepEqual([workers[0].share, workers[1].share], [1, 0]);
  await open_crowd(scope, cluster, 12); // one that waits for the silent worker is open when that is back, not before
  assert.equal((await cluster.worker(1)).takes_connections, false);
  signal_process(pid, "SIGCONT");
  await cluster.wait_for_status("the slot is back", (status) => status.workers[1].takes_connections);
});

process_test("a worker that crashes again and again gets no connections between its lives", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=2", "--debug-commands=true"] });
  cluster.expect_worker_deaths();
  await cluster.ask("debug crash 1");
  await cluster.wait_for_status("a successor runs", ({ workers }) =>
    workers[1].restarts === 1 && workers[1].state === "running");
  await cluster.ask("debug crash 1"); // too soon after the first: its successor has to wait
  const { workers } = await cluster.wait_for_status("it is gone", (status) => status.workers[1].state !== "running");
  assert.equal(workers[1].takes_connections, false);
  await cluster.wait_for_status("it is back", (status) => status.workers[1].takes_connections);
});

for (const policy of POLICIES) {
  process_test(`${policy}: where no worker is left, connections wait for the next one`, async (scope) => {
    const cluster = await Cluster.start(scope, { flags: ["--workers=1", `--balance-workers=${policy}`] });
    const { pid, restarted } = await freeze_on_its_way_out(cluster, 0);
    const waiting = Array.from({ length: 40 }, () => new WsClient(scope, cluster.url(), {}));
    await wait_until("every connection is queued", 20_000, () =>
      waiting.every(({ socket }) => socket._req?.socket?.readyState === "open"));
    signal_process(pid, "SIGCONT");
    await restarted;
    await Promise.allSettled(waiting.map((client) => client.opened));
    const failed = waiting.filter((client) => client.error);
    assert.deepEqual(failed, []);
  });
}

process_test("where the kernel refuses the program, its own hash spreads, and log and status say so", async (scope) => {
  if (process.getuid() !== 0) return scope.t.skip("needs root, for a network of its own");
  const cluster = await Cluster.start(scope, {
    listen: "0.0.0.0:0",
    flags: ["--workers=16", "--balance-workers=least", "--raw-enabled=true"],
    // Little memory for programs.
    wrapper: ["unshare", "--net", "sh", "-c", "echo 300 > /proc/sys/net/core/optmem_max && exec \"$@\"", "sh"],
    wait_for: "workers",
  });
  const { balance, workers } = await cluster.status();
  assert.deepEqual([balance.policy, balance.in_effect], ["least", "hash"]);
  assert.match(balance.refusal, /SO_ATTACH_REUSEPORT_CBPF: Cannot allocate memory/);
  for (const { share } of workers) assert.equal(share, 1 / 16);
  assert.equal(cluster.log.match(/the kernel refuses/g).length, 1, cluster.log);
  assert.match((await cluster.ask("rebalance")).error, /the kernel refuses to steer connections/);
});
