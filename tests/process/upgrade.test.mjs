// `belfry upgrade`, after the installed file was replaced: the workers become those of the new file, one after the other,
// until one cannot.
import assert from "node:assert/strict";
import { copyFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BELFRY, run_belfry } from "../support/belfry.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

// A node that runs from a file of its own, which a test can replace as a package does: by another one of that name.
class Installed {
  static async start(scope, options = {}) {
    const installed = new Installed();
    installed.scope = scope;
    installed.path = join(make_temp_dir(scope), "belfry");
    copyFileSync(BELFRY, installed.path);
    installed.cluster = await Cluster.start(scope, { binary: installed.path, ...options });
    return installed;
  }

  replace(write) {
    write(`${this.path}.new`);
    renameSync(`${this.path}.new`, this.path);
  }

  upgrade() {
    return run_belfry(this.scope, ["upgrade", `--admin-socket=${this.cluster.admin_socket}`]);
  }

  async programs() {
    return (await this.cluster.worker_pids()).map((pid) => readlinkSync(`/proc/${pid}/exe`));
  }
}

// A client that comes back whenever it is closed, as those of Pusher do.
class Returning {
  static async open(scope, url) {
    const client = new Returning();
    client.stay = client.#come_back(scope, url);
    scope.defer(() => (client.over = true));
    await wait_until("it is there", 30_000, () => client.is_open);
    return client;
  }

  get is_open() {
    return this.ws?.is_open ?? false;
  }

  async #come_back(scope, url) {
    while (!this.over) {
      this.ws = new WsClient(scope, url, {});
      await this.ws.opened.then(() => this.ws.closed, () => {});
    }
  }
}

process_test("the workers are replaced by those of the new file, and never are all clients away", async (scope) => {
  const node = await Installed.start(scope, { flags: ["--workers=3"] });
  const clients = await Promise.all(Array.from({ length: 150 }, () => Returning.open(scope, node.cluster.url())));
  await node.cluster.wait_for_clients(150);
  node.replace((path) => copyFileSync(BELFRY, path));
  assert.deepEqual(new Set(await node.programs()), new Set([`${node.path} (deleted)`]));
  let fewest = clients.length;
  const watch = setInterval(() => (fewest = Math.min(fewest, clients.filter(({ is_open }) => is_open).length)), 5);
  scope.defer(() => clearInterval(watch));
  const { code, output } = await node.upgrade();
  assert.equal(code, 0, output);
  const { version } = await node.cluster.status();
  assert.ok(output.startsWith(`3 workers replaced by version ${version};`), output);
  await wait_until("all are back", 30_000, () => clients.every(({ is_open }) => is_open));
  assert.ok(fewest > 0, "some client was there at any time");
  assert.deepEqual(new Set(await node.programs()), new Set([node.path]));
  assert.match((await node.upgrade()).output, /of the installed version already/);
});

process_test("a worker that crashes after an upgrade is succeeded by one of the same version, whatever lies there then", async (scope) => {
  const node = await Installed.start(scope, { flags: ["--workers=1", "--debug-commands=true"] });
  node.cluster.expect_worker_deaths();
  node.replace((path) => copyFileSync(BELFRY, path));
  assert.equal((await node.upgrade()).code, 0);
  node.replace((path) => writeFileSync(path, "no program", { mode: 0o755 }));
  await node.cluster.ask("debug crash 0");
  await node.cluster.wait_for_status("it has a successor", ({ workers: [worker] }) =>
    worker.restarts === 2 && worker.state === "running");
});

for (const [what, program] of [["ends at once", "#!/bin/sh\nexit 1\n"], ["says that its configuration is wrong", "#!/bin/sh\nexit 78\n"],
  ["is no program", "nonsense"]]) {
  process_test(`where a worker of the new file ${what}, the one from before comes back and the others stay`, async (scope) => {
    const node = await Installed.start(scope, { flags: ["--workers=2"] });
    node.cluster.expect_worker_deaths();
    const [, other] = await node.cluster.worker_pids();
    node.replace((path) => writeFileSync(path, program, { mode: 0o755 }));
    const { code, output } = await node.upgrade();
    assert.equal(code, 1, output);
    assert.match(output, /the new worker did not become ready/);
    await node.cluster.wait_for_workers();
    assert.equal((await node.cluster.worker_pids())[1], other);
    assert.deepEqual(new Set(await node.programs()), new Set([`${node.path} (deleted)`]));
  });
}

// A program that is the worker of the installed file where `condition` holds ($2: the slot), and ends at once elsewhere.
function worker_where(condition) {
  return (path) => writeFileSync(path, `#!/bin/sh\n${condition} && exec ${BELFRY} worker "$2" "$3"\nexit 1\n`, { mode: 0o755 });
}

process_test("where only the second one fails, the answer names the first, which stays", async (scope) => {
  const node = await Installed.start(scope, { flags: ["--workers=2"] });
  node.cluster.expect_worker_deaths();
  node.replace(worker_where('[ "$2" = 0 ]'));
  const { code, output } = await node.upgrade();
  assert.equal(code, 1, output);
  assert.match(output, /did not become ready: worker 1 .*; replaced before: worker 0$/m);
  await node.cluster.wait_for_workers();
  assert.deepEqual(await node.programs(), [BELFRY, `${node.path} (deleted)`]);
});

process_test("a slot that has gone back to the supervisor's version is taken along by the next upgrade", async (scope) => {
  const node = await Installed.start(scope, { flags: ["--workers=2"] });
  node.cluster.expect_worker_deaths();
  const flag = join(make_temp_dir(scope), "flag");
  writeFileSync(flag, "");
  node.replace(worker_where(`[ -e ${flag} ]`));
  assert.equal((await node.upgrade()).code, 0);
  assert.deepEqual(await node.programs(), [BELFRY, BELFRY]);
  rmSync(flag);
  const [pid] = await node.cluster.worker_pids();
  signal_process(pid, "SIGKILL");
  await node.cluster.wait_for_status("it is the supervisor's version again", ({ workers: [worker] }) =>
    worker.state === "running" && worker.pid !== pid);
  assert.deepEqual(await node.programs(), [`${node.path} (deleted)`, BELFRY]);
  writeFileSync(flag, "");
  assert.equal((await node.upgrade()).code, 0);
  assert.deepEqual(await node.programs(), [BELFRY, BELFRY]);
});

process_test("a worker that does not understand its supervisor says so and ends, whatever was said before", async (scope) => {
  const node = await Installed.start(scope, { flags: ["--workers=1"] });
  node.cluster.expect_worker_deaths();
  node.replace((path) => writeFileSync(path, `#!/bin/sh\nexec ${BELFRY} worker "$2" 1-1\n`, { mode: 0o755 }));
  assert.match((await node.upgrade()).output, /the new worker did not become ready/);
  await node.cluster.wait_for_workers();
  assert.match(node.cluster.log, /worker: version \S+ does not understand the supervisor that started it/);
  assert.deepEqual(await node.programs(), [`${node.path} (deleted)`]);
});

process_test("a version that does not understand this supervisor's workers changes nothing", async (scope) => {
  const node = await Installed.start(scope);
  const before = await node.cluster.worker_pids();
  node.replace((path) => copyFileSync(BELFRY, path));
  const { error } = await node.cluster.ask("upgrade 1-1");
  assert.match(error, /only a restart of the service upgrades it/);
  assert.deepEqual(await node.cluster.worker_pids(), before);
});
