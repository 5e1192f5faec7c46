// `belfry serve` as the first process of a container (PID 1 of a PID namespace): it obeys SIGTERM and reaps what loses
// its parent there. Where this machine allows no such namespace, there is nothing to test.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

import { ask_admin } from "../support/admin_socket.mjs";
import { BELFRY } from "../support/belfry.mjs";
import { Child, signal_process } from "../support/child.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until, within } from "../support/wait_until.mjs";

const NAMESPACE = ["--fork", "--pid", "--mount-proc", "--kill-child"];
const is_possible = spawnSync("unshare", [...NAMESPACE, "true"]).status === 0;

function children_of(parent) {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).flatMap((entry) => {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(ppid) === parent ? [{ pid: Number(entry), state }] : [];
    } catch {
      return [];
    }
  });
}

async function start(scope) {
  const runtime_dir = make_temp_dir(scope);
  const outer = new Child("unshare", [...NAMESPACE, BELFRY, "serve", `--runtime-dir=${runtime_dir}`, "--listen=127.0.0.1:0"],
    { home: runtime_dir });
  scope.defer(() => outer.dispose());
  scope.show_on_failure("belfry serve", () => outer.last_lines());
  await wait_until("the node runs", 40_000, async () => (await ask_admin(`${runtime_dir}/admin.sock`, "status")).state === "running");
  assert.equal((await ask_admin(`${runtime_dir}/admin.sock`, "status")).pid, 1);
  return { outer, pid: children_of(outer.pid)[0].pid };
}

process_test("as PID 1 it reaps what loses its parent", async (scope) => {
  if (!is_possible) return scope.t.skip("no PID namespace is to be had here");
  const { outer, pid } = await start(scope);
  const before = children_of(pid).length;
  spawnSync("nsenter", ["-t", String(pid), "-p", "-m", "sh", "-c", "sleep 2 & sleep 3 & exec true"], { stdio: "ignore" });
  await wait_until("they have come to the supervisor", 10_000, () => children_of(pid).length > before);
  await wait_until("and are gone", 10_000, () => children_of(pid).length === before);
  signal_process(pid, "SIGTERM");
  return within(20_000, "it ends", outer.exit);
});

process_test("as PID 1 it obeys SIGTERM, and nothing is left", async (scope) => {
  if (!is_possible) return scope.t.skip("no PID namespace is to be had here");
  const { outer, pid } = await start(scope);
  signal_process(pid, "SIGTERM");
  assert.equal((await within(20_000, "it ends", outer.exit)).code, 0);
  return assert.deepEqual(outer.family(), []);
});
