// `belfry upgrade`, after the installed file was replaced: the workers become those of the new file, one after the other,
// and where they cannot, everything stays as it was.
import assert from "node:assert/strict";
import { copyFileSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BELFRY, run_belfry } from "../support/belfry.mjs";
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
  assert.match(output, /^3 workers replaced by version/m);
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

process_test("a version that does not understand this supervisor's workers changes nothing", async (scope) => {
  const node = await Installed.start(scope);
  const before = await node.cluster.worker_pids();
  node.replace((path) => copyFileSync(BELFRY, path));
  const { error } = await node.cluster.ask("upgrade 1-1");
  assert.match(error, /only a restart of the service upgrades it/);
  assert.deepEqual(await node.cluster.worker_pids(), before);
});
