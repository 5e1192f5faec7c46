// The client library that most Python programs use.
import assert from "node:assert/strict";

import { Child } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { within } from "../support/wait_until.mjs";

const SCRIPT = new URL("python_websockets.py", import.meta.url).pathname;

process_test("Python's websockets sends, hears, pings and closes cleanly", async (scope) => {
  const cluster = await Cluster.start(scope);
  const child = new Child("/usr/bin/python3", [SCRIPT, cluster.url()]);
  scope.defer(() => child.dispose());
  scope.show_on_failure("python3", () => child.last_lines());
  const { code } = await within(60_000, "the script ends", child.closed);
  assert.equal(code, 0, child.output);
  assert.match(child.stdout, /closed with 1000/);
});
