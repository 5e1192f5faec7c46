// A supervisor that may bind ports below 1024 without being root, as systemd's AmbientCapabilities= makes one.
import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { BELFRY } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";

const USER = 64_002;
const NET_BIND_SERVICE = 1 << 10;

function capabilities_of(pid) {
  return parseInt(/^CapEff:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1], 16);
}

process_test("the privilege to bind ports below 1024 is the supervisor's alone", async (scope) => {
  if (process.getuid() !== 0) return scope.t.skip("only root can give it away");
  const directory = make_temp_dir(scope), runtime_dir = make_temp_dir(scope);
  chmodSync(directory, 0o755);
  chownSync(runtime_dir, USER, USER);
  const binary = join(directory, "belfry");
  copyFileSync(BELFRY, binary);
  const wrapper = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups", "--inh-caps=+net_bind_service",
    "--ambient-caps=+net_bind_service"];
  const cluster = await Cluster.start(scope, { binary, runtime_dir, wrapper });
  assert.equal(capabilities_of(cluster.pid), NET_BIND_SERVICE);
  for (const pid of [...await cluster.worker_pids(), await cluster.managed_redis_pid()])
    assert.equal(capabilities_of(pid), 0);
});
