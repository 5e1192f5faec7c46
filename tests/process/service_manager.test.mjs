// What `belfry serve` tells the service manager that has started it (sd_notify), and when.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { NotifySocket } from "../support/notify_socket.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir, write_config } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

async function start(scope, { address = join(make_temp_dir(scope), "notify"), env = {}, ...options } = {}) {
  const manager = await NotifySocket.open(scope, address);
  const cluster = await Cluster.start(scope, { ...options, env: { NOTIFY_SOCKET: address, ...env } });
  return { manager, cluster };
}

process_test("READY comes once, when every worker is ready, and STATUS says how the node is", async (scope) => {
  const { manager, cluster } = await start(scope, { flags: ["--workers=3"] });
  await manager.says(/^READY=1$/);
  const before = manager.assignments.slice(0, manager.assignments.indexOf("READY=1"));
  assert.match(before.join("\n"), /STATUS=starting: 0 of 3 workers/);
  await WsClient.open_many(scope, cluster.url(), 2);
  await manager.says(/^STATUS=3 workers, 2 clients, Redis connected$/);
  assert.equal(manager.count("READY=1"), 1);
});

process_test("a reload says RELOADING with the time and then READY, also when it changes nothing", async (scope) => {
  const config = write_config(scope, "");
  const { manager, cluster } = await start(scope, { flags: [`--config=${config}`] });
  const reload = () => run_belfry(scope, ["reload", `--admin-socket=${cluster.admin_socket}`]);
  writeFileSync(config, "activity_timeout = 30\n");
  assert.equal((await reload()).code, 0);
  await wait_until("it is ready again", 10_000, () => manager.count("READY=1") === 2);
  const { assignments } = manager;
  const at = assignments.indexOf("RELOADING=1");
  assert.ok(at > assignments.indexOf("READY=1") && at < assignments.lastIndexOf("READY=1"), assignments.join("\n"));
  assert.match(assignments[at + 1], /^MONOTONIC_USEC=\d+$/);
  writeFileSync(config, "nonsense\n");
  assert.notEqual((await reload()).code, 0);
  await wait_until("it is ready once more", 10_000, () => manager.count("READY=1") === 3);
  assert.equal(manager.count("RELOADING=1"), 2);
});

process_test("a stop says STOPPING once, and asks for the time that it may take", async (scope) => {
  const { manager, cluster } = await start(scope);
  await cluster.stop();
  await manager.says(/^EXTEND_TIMEOUT_USEC=\d+$/);
  assert.equal(manager.count("STOPPING=1"), 1);
});

process_test("a drain says STOPPING at its beginning, and how much of it is left", async (scope) => {
  const { manager, cluster } = await start(scope, { flags: ["--drain-delay=60s"] });
  await cluster.ask("drain 60s");
  await manager.says(/^STATUS=draining: 2 workers, 0 clients, \d+ s left/);
  await wait_until("more time is asked for while it lasts", 30_000, () =>
    manager.assignments.filter((said) => said.startsWith("EXTEND_TIMEOUT_USEC=")).length >= 2);
  await cluster.stop({ signal: "SIGINT" });
  assert.equal(manager.count("STOPPING=1"), 1);
});

process_test("the watchdog is fed again and again", async (scope) => {
  const { manager } = await start(scope, { env: { WATCHDOG_USEC: "400000" } });
  await wait_until("it is", 20_000, () => manager.count("WATCHDOG=1") > 3);
});

process_test("a watchdog that is meant for another process is not fed", async (scope) => {
  const { manager, cluster } = await start(scope, { env: { WATCHDOG_USEC: "1000", WATCHDOG_PID: "1" } });
  await cluster.stop();
  await manager.says(/^STOPPING=1$/);
  assert.equal(manager.count("WATCHDOG=1"), 0);
});

process_test("an abstract NOTIFY_SOCKET works as well", async (scope) => {
  const { manager } = await start(scope, { address: `@belfry-test-${process.pid}` });
  await manager.says(/^READY=1$/);
});

process_test("neither the workers nor the managed Redis learn of the service manager or its credentials", async (scope) => {
  const env = { WATCHDOG_USEC: "60000000", CREDENTIALS_DIRECTORY: make_temp_dir(scope) };
  const { cluster } = await start(scope, { env });
  for (const pid of [...(await cluster.worker_pids()), cluster.managed_redis_pid()]) {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
    assert.doesNotMatch(environment, /NOTIFY_SOCKET|WATCHDOG_|CREDENTIALS_DIRECTORY/);
  }
});

for (const address of ["nowhere", "/nonexistent/notify"]) {
  process_test(`a node serves although nobody listens on NOTIFY_SOCKET=${address}`, async (scope) => {
    const cluster = await Cluster.start(scope, { env: { NOTIFY_SOCKET: address } });
    await WsClient.open(scope, cluster.url());
  });
}
