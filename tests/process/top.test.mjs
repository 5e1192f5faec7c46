// `belfry top` on terminals and in pipes, and `status --watch`.
import assert from "node:assert/strict";

import { BELFRY, run_belfry } from "../support/belfry.mjs";
import { Child } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Screen } from "../support/screen.mjs";
import { wait_until, within } from "../support/wait_until.mjs";

const DEADLINE_MS = 30_000;
const SMALL = { columns: 80, rows: 24 };
const SIGINT = 2, SIGTERM = 15;

function top_on(scope, cluster, size) {
  return new Screen(scope, size, [BELFRY, "top", `--runtime-dir=${cluster.runtime_dir}`]);
}

function fits(lines, { columns, rows }) {
  return lines.length <= rows && lines.every((line) => line.length <= columns);
}

process_test("top fills a small terminal, follows its size, and ends with q", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await PusherWs.open(scope, cluster);
  const screen = top_on(scope, cluster, SMALL);
  const pings = setInterval(() => client.send({ event: "pusher:ping", data: {} }), 10);
  scope.defer(() => clearInterval(pings));
  const app_line = new RegExp(`^${APP.id} +1 +\\d+ +[1-9]\\d* +[1-9]`);
  await screen.shows("what the app does", (lines) => lines.some((line) => app_line.test(line)));
  assert.ok(fits(screen.lines, SMALL), screen.lines.join("\n"));
  assert.ok(screen.lines.some((line) => /^SLOT +STATE +CLIENTS +MSG IN\/s/.test(line)), screen.lines.join("\n"));
  assert.equal(screen.lines.at(-1), "q quits");
  screen.resize(200, 50);
  await screen.shows("everything", (lines) => lines.some((line) => /^SLOT +PID +STATE +AGE +RESTARTS/.test(line)));
  screen.resize(30, 6);
  await screen.shows("little", (lines) => fits(lines, { columns: 30, rows: 6 }));
  screen.type("q");
  assert.equal(await screen.end(), 0);
});

process_test("an interrupt, SIGTERM and the node's end leave the terminal as it was", async (scope) => {
  const cluster = await Cluster.start(scope);
  const screens = [SIGINT, SIGTERM, null].map((number) => ({ number, screen: top_on(scope, cluster, SMALL) }));
  for (const { number, screen } of screens) {
    await screen.shows("the node", (lines) => /running/.test(lines[0]));
    if (number !== null) {
      screen.signal(number);
      assert.equal(await screen.end(), 0);
    }
  }
  await cluster.kill_node();
  const { screen } = screens.at(-1);
  assert.equal(await screen.end(), 69);
  assert.match(screen.text, /the node has gone/);
});

process_test("in a pipe top writes a line a second under titles, until nobody reads", async (scope) => {
  const cluster = await Cluster.start(scope);
  const top = new Child(BELFRY, ["top", `--runtime-dir=${cluster.runtime_dir}`]);
  scope.defer(() => top.dispose());
  await wait_until("two lines", DEADLINE_MS, () => top.stdout.split("\n").length > 3);
  assert.match(top.stdout, /^UPTIME +STATE +CLIENTS +MSG IN\/s.*\n\d+s +running +0 /);
  assert.ok(!top.stdout.includes("\x1b"));
  top.process.stdout.destroy();
  assert.equal((await within(DEADLINE_MS, "top ends", top.exit)).code, 1);
});

process_test("status --watch shows the status again and again, and ends with an interrupt", async (scope) => {
  const cluster = await Cluster.start(scope);
  const where = `--runtime-dir=${cluster.runtime_dir}`;
  const watch = new Child(BELFRY, ["status", "--watch", "--json", where]);
  scope.defer(() => watch.dispose());
  await wait_until("three answers", DEADLINE_MS, () => watch.stdout.split("\n").length > 3);
  for (const line of watch.stdout.split("\n").slice(0, 3)) assert.equal(JSON.parse(line).state, "running");
  watch.kill("SIGINT");
  assert.equal((await within(DEADLINE_MS, "status ends", watch.exit)).code, 0);
  const wrong = await run_belfry(scope, ["status", "--watch=9999", where]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /1 to 3600/);
});
