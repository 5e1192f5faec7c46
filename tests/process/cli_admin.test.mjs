// The commands that talk to a running node: status, restart, stop, and the admin socket itself.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import net from "node:net";

import { run_belfry } from "../support/belfry.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const NUMBERS_OF_A_WORKER = ["clients", "age_s", "restarts", "messages_in", "messages_out", "bytes_in", "bytes_out",
  "loop_lag_us"];

function admin(scope, cluster, command, ...args) {
  return run_belfry(scope, [command, `--runtime-dir=${cluster.runtime_dir}`, ...args]);
}

process_test("status --json has the node, its Redis, its clients and each worker", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=3"] });
  await WsClient.open_many(scope, cluster.url(), 12);
  await cluster.wait_for_clients(12);
  const { code, stdout } = await admin(scope, cluster, "status", "--json");
  assert.equal(code, 0);
  const status = JSON.parse(stdout);
  assert.match(status.node, /^[0-9a-f]{32}$/);
  assert.match(status.version, /^\d+\.\d+\.\d+/);
  assert.equal(status.state, "running");
  assert.equal(status.redis.state, "connected");
  assert.equal(status.clients, 12);
  assert.deepEqual(status.workers.map(({ slot }) => slot), [0, 1, 2]);
  for (const worker of status.workers) {
    assert.equal(worker.state, "running");
    assert.ok(worker.pid > 1);
    assert.ok(worker.rss_bytes > 100_000);
    for (const field of NUMBERS_OF_A_WORKER) assert.equal(typeof worker[field], "number", field);
    assert.ok("last_obituary" in worker);
  }
});

process_test("status counts messages and bytes in and out", async (scope) => {
  const cluster = await Cluster.start(scope);
  const clients = await WsClient.open_many(scope, cluster.url(), 4);
  for (let i = 0; i < 10; i++) clients[0].send("twelve bytes");
  await wait_until("the sender heard itself", 20_000, () => clients[0].messages.length > 0);
  const sum = (status, field) => status.workers.reduce((total, worker) => total + worker[field], 0);
  await cluster.wait_for_status("the messages are counted", (status) =>
    sum(status, "messages_in") === 10 && sum(status, "messages_out") > 0 && sum(status, "bytes_in") > 120 &&
    sum(status, "bytes_out") > 0);
});

process_test("status prints a table that names the address, Redis and each slot", async (scope) => {
  const cluster = await Cluster.start(scope);
  const { code, stdout } = await admin(scope, cluster, "status");
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`127\\.0\\.0\\.1:${cluster.port}`));
  assert.match(stdout, /redis.*connected/i);
  for (const pid of await cluster.worker_pids()) assert.match(stdout, new RegExp(`\\b${pid}\\b`));
});

process_test("status finds the node by --admin-socket and by the variable too", async (scope) => {
  const cluster = await Cluster.start(scope);
  const by_flag = await run_belfry(scope, ["status", "--json", `--admin-socket=${cluster.admin_socket}`]);
  assert.equal(by_flag.code, 0, by_flag.output);
  const env = { BELFRY_RUNTIME_DIR: cluster.runtime_dir };
  const by_variable = await run_belfry(scope, ["status", "--json"], { env });
  assert.equal(JSON.parse(by_variable.stdout).node, JSON.parse(by_flag.stdout).node);
});

process_test("without a node, status and stop say where they looked and end with 69", async (scope) => {
  const directory = make_temp_dir(scope);
  for (const command of ["status", "stop", "restart"]) {
    const { code, output } = await run_belfry(scope, [command, `--runtime-dir=${directory}`]);
    assert.equal(code, 69, output);
    assert.match(output, new RegExp(`${directory}/admin\\.sock`));
  }
});

process_test("restart SLOT replaces that worker only", async (scope) => {
  const cluster = await Cluster.start(scope);
  const before = await cluster.worker_pids();
  const { code, output } = await admin(scope, cluster, "restart", "1");
  assert.equal(code, 0, output);
  const after = await cluster.worker_pids();
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
  const wrong = await admin(scope, cluster, "restart", "7");
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /7/);
});

// Connects again and again; returns the refusals. A worker that stops may cut off whom it has just accepted.
async function arrive_until(scope, cluster, end) {
  const refused = [];
  let over = false;
  end.finally(() => (over = true));
  while (!over) {
    const client = new WsClient(scope, cluster.url(), {});
    await client.opened.catch((error) => error.code === "ECONNREFUSED" && refused.push(error.message));
    await client.close();
  }
  return refused;
}

process_test("a worker that crashes while its clients are being moved is replaced once", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=2"] });
  cluster.expect_worker_deaths();
  await WsClient.open_many(scope, cluster.url(), 20);
  await cluster.wait_for_clients(20);
  const [pid] = await cluster.worker_pids();
  const restarted = admin(scope, cluster, "restart", "0");
  await cluster.wait_for_status("its clients are being moved", ({ workers: [{ takes_connections }] }) => !takes_connections);
  signal_process(pid, "SIGKILL");
  assert.equal((await restarted).code, 0);
  const [{ restarts }, other] = (await cluster.status()).workers;
  assert.deepEqual([restarts, other.restarts], [1, 0]);
});

process_test("clients that have come since the last heartbeat are moved like the others", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=2"] });
  await WsClient.open_many(scope, cluster.url(), 60);
  assert.equal((await admin(scope, cluster, "restart", "0")).code, 0);
  const [, left] = /worker\.0: stopping clients=(\d+)/.exec(cluster.log);
  assert.ok(Number(left) <= 2, `${left} were cut off together`);
});

process_test("restart replaces every worker, closes its clients with 1001 and refuses no newcomer", async (scope) => {
  const cluster = await Cluster.start(scope);
  const before = await cluster.worker_pids();
  const clients = await WsClient.open_many(scope, cluster.url(), 10);
  const restarted = admin(scope, cluster, "restart");
  const arrivals = arrive_until(scope, cluster, restarted);
  const { code, output } = await restarted;
  assert.equal(code, 0, output);
  assert.deepEqual(await arrivals, []);
  for (const client of clients) assert.equal((await client.wait_for_close()).code, 1001);
  const after = await cluster.worker_pids();
  assert.ok(after.every((pid) => !before.includes(pid)));
});

process_test("the admin socket answers each line with one JSON object, errors included", async (scope) => {
  const cluster = await Cluster.start(scope);
  const names = (await cluster.ask("help")).commands.map(({ name }) => name);
  for (const name of ["status", "stop", "restart", "help"]) assert.ok(names.includes(name), name);
  assert.match((await cluster.ask("statsu")).error, /status/);
  assert.match((await cluster.ask("restart nine")).error, /nine/);
  assert.match((await cluster.ask("status now")).error, /status/);
  assert.match((await cluster.ask("debug crash 0")).error, /debug_commands/);
  assert.equal(typeof (await cluster.ask("")).error, "string");
});

process_test("several commands on one connection to the admin socket are answered in order", async (scope) => {
  const cluster = await Cluster.start(scope);
  const socket = net.connect(cluster.admin_socket);
  scope.defer(() => socket.destroy());
  let answers = "";
  socket.setEncoding("utf8").on("data", (text) => (answers += text));
  socket.write("help\nstatus\nnothing\n");
  await wait_until("three lines", 20_000, () => answers.split("\n").length === 4);
  const [help, status, nothing] = answers.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(help.commands && status.workers && nothing.error);
});

process_test("a broken or endless line on the admin socket harms nobody", async (scope) => {
  const cluster = await Cluster.start(scope);
  const socket = net.connect(cluster.admin_socket);
  scope.defer(() => socket.destroy());
  socket.on("error", () => {});
  for (let i = 0; i < 64; i++) socket.write(Buffer.alloc(64 * 1024, "x"));
  await wait_until("the endless line is refused", 20_000, () => socket.destroyed || socket.readableEnded
    || socket.readableLength > 0);
  assert.equal((await cluster.status()).state, "running");
});

process_test("the admin socket is closed to others", async (scope) => {
  const cluster = await Cluster.start(scope);
  assert.equal(statSync(cluster.admin_socket).mode & 0o777, 0o660);
});

process_test("debug crash and debug hang break a worker, which is replaced", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--debug-commands=true"] });
  cluster.expect_worker_deaths();
  for (const fault of ["crash", "hang"]) {
    const before = await cluster.worker(0);
    assert.equal((await cluster.ask(`debug ${fault} 0`)).injected, fault);
    await cluster.wait_for_status(`the worker is replaced after ${fault}`, ({ workers }) =>
      workers[0].pid !== before.pid && workers[0].state === "running");
  }
});

process_test("neither arguments nor environment of a worker hold a secret", async (scope) => {
  const redis = await Redis.start(scope, { tcp: true, password: "very-secret" });
  const env = { BELFRY_REDIS_URL: redis.url_with_password };
  const cluster = await Cluster.start(scope, { env });
  const pids = (await cluster.worker_pids()).flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  const found = spawnSync("grep", ["-c", "very-secret", ...pids]).stdout.toString();
  assert.doesNotMatch(found, /:[1-9]/);
});
