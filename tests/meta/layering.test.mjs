// Who may include whom: the directories are the process model; inside a worker an inner one never sees an outer one.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;

// What each directory may include besides itself; a directory that is not named here must not exist.
const MAY_INCLUDE = {
  common: [],
  supervisor: ["common"],
  // Names, queries and signatures of Pusher; frame headers, TLS and the topics of channels for `belfry bench`.
  tools: ["common", "supervisor", "worker", "worker/net", "worker/http", "worker/pusher", "worker/ws", "worker/cluster"],
  worker: ["common", "worker/net", "worker/http", "worker/ws", "worker/pusher", "worker/raw", "worker/instance", "worker/cluster",
    "worker/bus"],
  "worker/net": ["common"],
  "worker/http": ["common", "worker/net"],
  "worker/ws": ["common", "worker/http", "worker/net"],
  "worker/pusher": ["common", "worker/ws", "worker/http", "worker/net", "worker/cluster", "worker/bus"],
  "worker/raw": ["common", "worker/ws", "worker/http", "worker/net", "worker/cluster", "worker/bus"],
  "worker/instance": ["common", "worker/http", "worker/net", "worker/cluster", "worker/bus"],
  "worker/cluster": ["common", "worker/bus"],
  "worker/bus": ["common"],
};

const PROCESSES = ["common", "supervisor", "worker", "tools"];

function sources() {
  return PROCESSES.flatMap((top) => readdirSync(join(ROOT, top), { recursive: true }).map((name) => join(top, name)))
    .filter((path) => /\.[ch]pp$/.test(path));
}

// The directory of the table to which a path belongs: "worker/net" for worker/net/a.hpp, "worker" for worker/a.hpp.
function layer_of(path) {
  const [top, second, ...rest] = path.split("/");
  return top === "worker" && rest.length > 0 ? `${top}/${second}` : top;
}

function includes_of(path) {
  return [...readFileSync(join(ROOT, path), "utf8").matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map(([, name]) => name);
}

test("every source lies in a directory that has a place in the layering", () => {
  const strangers = sources().filter((path) => !(layer_of(path) in MAY_INCLUDE));
  assert.deepEqual(strangers, []);
});

test("no directory includes what lies further out", () => {
  const violations = [];
  for (const path of sources()) {
    for (const include of includes_of(path)) {
      const [from, to] = [layer_of(path), layer_of(include)];
      if (from !== to && !(MAY_INCLUDE[from] ?? []).includes(to)) violations.push(`${path} includes ${include}`);
    }
  }
  assert.deepEqual(violations, []);
});

test("includes are written from the repository's root, so that this test sees them", () => {
  const others = sources().flatMap((path) => includes_of(path)
    .filter((include) => !PROCESSES.includes(include.split("/")[0]) && !include.startsWith("generated"))
    .map((include) => `${path} includes ${include}`));
  assert.deepEqual(others, []);
});

test("only tools sees both the supervisor and the worker", () => {
  const both = sources().filter((path) => {
    const tops = new Set(includes_of(path).map((include) => include.split("/")[0]));
    return tops.has("supervisor") && tops.has("worker") && !path.startsWith("tools/");
  });
  assert.deepEqual(both, []);
});
