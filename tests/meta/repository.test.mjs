// The shape of the repository.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;
const AT_THE_ROOT = ["CMakeLists.txt", "LICENSE", "README.md", "common", "supervisor", "systemd", "tests", "tools",
  "worker"];
const MADE_BY_THE_BUILD = ["build"];

test("the repository's root holds the agreed names and dotfiles only", () => {
  const others = readdirSync(ROOT).filter((name) => !name.startsWith(".") && !AT_THE_ROOT.includes(name)
    && !MADE_BY_THE_BUILD.includes(name));
  assert.deepEqual(others, []);
});

test("the lock file names no registry", () => {
  const lock = readFileSync(join(ROOT, "tests/package-lock.json"), "utf8");
  assert.doesNotMatch(lock, /"resolved"|https?:/);
});

test("no test sleeps", () => {
  const allowed = ["support/wait_until.mjs"];
  const files = readdirSync(join(ROOT, "tests"), { recursive: true })
    .filter((name) => name.endsWith(".mjs") && !name.startsWith("node_modules") && !allowed.includes(name));
  const sleep = new RegExp(["timers", "promises|await new Promise\\(\\(resolve\\) => setTimeout"].join("/"));
  const sleeping = files.filter((name) => sleep.test(readFileSync(join(ROOT, "tests", name), "utf8")));
  assert.deepEqual(sleeping, []);
});

test("the scripts are executable and have no syntax errors", () => {
  for (const script of ["tools/dev", "tools/bench-compare", "tools/try-balancers", ".ci/run"]) execFileSync("bash", ["-n", join(ROOT, script)]);
});
