// The admin socket as any program may use it: half-closed connections, many clients, who may do what, commands that last.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { Child, open_descriptors } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;
const is_root = process.getuid() === 0;

// Says something and closes its sending side, as `echo ... | socat - UNIX-CONNECT:PATH` does.
function half_closed(scope, cluster, command) {
  const client = net.connect({ path: cluster.admin_socket, allowHalfOpen: true }).setEncoding("utf8");
  scope.defer(() => client.destroy());
  client.answers = "";
  client.on("data", (text) => (client.answers += text)).on("end", () => (client.at_end = true)).end(`${command}\n`);
  return client;
}

const lines_of = ({ answers }) => answers.split("\n").slice(0, -1).map((line) => JSON.parse(line));

process_test("a client that has closed its sending side gets every line of the answer", async (scope) => {
  const cluster = await Cluster.start(scope);
  const memory = half_closed(scope, cluster, "memory");
  await wait_until("the answer has ended", DEADLINE_MS, () => memory.at_end);
  assert.deepEqual(lines_of(memory).slice(1).map(({ worker }) => worker).sort(), [0, 1]);
  const watch = half_closed(scope, cluster, "watch");
  await wait_until("several answers", DEADLINE_MS, () => lines_of(watch).length >= 3);
  assert.ok(lines_of(watch).every(({ state }) => state === "running"));
});

process_test("a listener that has gone gives its place back, though nothing is said to it", async (scope) => {
  const cluster = await Cluster.start(scope);
  await cluster.status();
  const before = open_descriptors(cluster.pid);
  const tails = Array.from({ length: 5 }, () => half_closed(scope, cluster, `tail ${APP.key}`));
  await wait_until("the tails begin", DEADLINE_MS, () => tails.every((tail) => tail.answers.includes("\n")));
  tails.forEach((tail) => tail.destroy());
  const writing_ends = tails.length;  // the next tail gives them up
  await wait_until("the connections are closed", DEADLINE_MS, () =>
    open_descriptors(cluster.pid) <= before + writing_ends);
});

process_test("ten megabytes without a newline are one error, and the next line is answered", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = net.connect(cluster.admin_socket).setEncoding("utf8");
  scope.defer(() => client.destroy());
  let answers = "";
  client.on("data", (text) => (answers += text));
  client.write(Buffer.alloc(10 << 20, "x"));
  client.write("\nhelp\n");
  await wait_until("two lines", DEADLINE_MS, () => answers.split("\n").length === 3);
  const [refused, help] = answers.trim().split("\n").map((line) => JSON.parse(line));
  assert.match(refused.error, /longer than 64 KiB/);
  assert.ok(help.commands.length > 10);
});

process_test("a thousand clients that say nothing keep nobody out", async (scope) => {
  const cluster = await Cluster.start(scope);
  const idle = Array.from({ length: 1000 }, () => net.connect(cluster.admin_socket).on("error", () => {}));
  scope.defer(() => idle.forEach((socket) => socket.destroy()));
  await wait_until("all have connected, or were turned away", DEADLINE_MS, () => idle.every((one) => !one.connecting));
  assert.equal((await cluster.status()).state, "running");
  assert.ok(open_descriptors(cluster.pid) < 200);
});

process_test("log level changes what supervisor and workers log, successors too, until the next reload", async (scope) => {
  const cluster = await Cluster.start(scope);
  const where = `--runtime-dir=${cluster.runtime_dir}`;
  assert.equal((await run_belfry(scope, ["log", "level", where])).stdout, "info\n");
  const changed = await run_belfry(scope, ["log", "level", "debug", where]);
  assert.equal(changed.stdout, "debug until the next reload\n", changed.output);
  assert.equal((await run_belfry(scope, ["restart", "0", where])).code, 0);
  await cluster.wait_for_log(/worker slot.*from=/);
  assert.equal((await cluster.ask("log level")).level, "debug");
  assert.equal((await cluster.ask("reload")).error, undefined);
  assert.equal((await cluster.ask("log level")).level, "info");
  assert.match((await cluster.ask("log level loud")).error, /debug, info, warning, error/);
});

process_test("help names for each command its arguments and the role that it needs", async (scope) => {
  const cluster = await Cluster.start(scope);
  const needs = Object.fromEntries((await cluster.ask("help")).commands.map((row) => [row.name, row.needs]));
  assert.equal(needs.status, "read-only");
  assert.equal(needs.stop, "control");
  assert.equal(needs.log, "read-only; control with 2 words");
  assert.match((await cluster.ask("wach")).error, /did you mean "watch"/);
});

// Asks as another user; python3 is there wherever the tests run. Who is refused may be so before it has spoken.
const ASK = `import os, socket, sys
os.setgroups([int(g) for g in sys.argv[4].split(",") if g]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
try: s.sendall(sys.argv[5].encode() + b"\\n")
except BrokenPipeError: pass
print(s.makefile().readline())`;

function ask_as(cluster, { user, group, groups = [] }, command) {
  const { stdout, stderr } = spawnSync("python3", ["-c", ASK, cluster.admin_socket, user, group, groups.join(","), command]
    .map(String));
  return stdout.length > 0 ? JSON.parse(stdout) : { error: stderr.toString() };
}

if (is_root)
  process_test("others are kept out; members of the socket's group look, and with admin_group change", async (scope) => {
    const GROUP = 64_001, USER = 64_002, OTHERS = 64_003;
    const runtime_dir = make_temp_dir(scope);
    chmodSync(runtime_dir, 0o755);
    const cluster = await Cluster.start(scope, { runtime_dir });
    chownSync(cluster.admin_socket, 0, GROUP);
    chmodSync(runtime_dir, 0o755);
    const stranger = { user: USER, group: OTHERS };
    for (const member of [{ ...stranger, groups: [GROUP] }, { user: USER, group: GROUP }]) {
      assert.equal(ask_as(cluster, member, "status").state, "running");
      assert.match(ask_as(cluster, member, "restart").error, /permission denied.*admin_group/);
      assert.match(ask_as(cluster, member, "log level debug").error, /permission denied/);
    }
    assert.match(ask_as(cluster, stranger, "status").error, /Permission denied/);
    chmodSync(cluster.admin_socket, 0o666);  // whatever the file says
    assert.equal(ask_as(cluster, stranger, "status").error, "permission denied");
  });

if (is_root)
  process_test("with admin_group = control members change things", async (scope) => {
    const runtime_dir = make_temp_dir(scope);
    const cluster = await Cluster.start(scope, { runtime_dir, flags: ["--admin-group=control"] });
    chmodSync(runtime_dir, 0o755);
    chownSync(cluster.admin_socket, 0, 64_001);
    const member = { user: 64_002, group: 64_003, groups: [64_001] };
    assert.equal(ask_as(cluster, member, "log level warning").level, "warning");
  });

// Says each line that it is given over one connection.
const TALK = `import os, socket, sys
os.setgroups([int(sys.argv[2])]); os.setgid(64003); os.setuid(64002)
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); answers = s.makefile()
for line in sys.stdin:
    s.sendall(line.encode()); print(answers.readline(), end="", flush=True)`;

// Takes `count` places with a command that lasts, and says a line when each has answered.
const HOLD = `import os, socket, sys
os.setgroups([int(sys.argv[3])]); os.setgid(64003); os.setuid(64002)
held = []
for _ in range(int(sys.argv[2])):
    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b"watch 3600\\n"); s.recv(65536); held.append(s)
print("held", flush=True)
sys.stdin.read()`;

if (is_root)
  process_test("members who hold every place do not keep root out", async (scope) => {
    const GROUP = 64_001, PLACES = 32;
    const runtime_dir = make_temp_dir(scope);
    const cluster = await Cluster.start(scope, { runtime_dir });
    chmodSync(runtime_dir, 0o755);
    chownSync(cluster.admin_socket, 0, GROUP);
    const holder = new Child("python3", ["-c", HOLD, cluster.admin_socket, `${PLACES}`, `${GROUP}`], { stdin: "pipe" });
    scope.defer(() => holder.dispose());
    scope.show_on_failure("the holder", () => holder.last_lines());
    await wait_until("every place is taken", DEADLINE_MS, () => /held/.test(holder.stdout));
    assert.match(ask_as(cluster, { user: 64_002, group: 64_003, groups: [GROUP] }, "status").error, /too many admin clients/);
    assert.equal((await cluster.status()).state, "running");
  });

if (is_root)
  process_test("a reload of admin_group holds for connections that are open already", async (scope) => {
    const GROUP = 64_001;
    const runtime_dir = make_temp_dir(scope);
    const config = join(runtime_dir, "belfry.toml");
    writeFileSync(config, 'admin_group = "control"\n');
    const cluster = await Cluster.start(scope, { runtime_dir, flags: [`--config=${config}`] });
    chmodSync(runtime_dir, 0o755);
    chownSync(cluster.admin_socket, 0, GROUP);
    const member = new Child("python3", ["-c", TALK, cluster.admin_socket, `${GROUP}`], { stdin: "pipe" });
    scope.defer(() => member.dispose());
    const answers = () => member.stdout.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
    member.process.stdin.write("log level warning\n");
    await wait_until("it may", DEADLINE_MS, () => answers()[0]?.level === "warning");
    writeFileSync(config, 'admin_group = "read-only"\n');
    assert.equal((await cluster.ask("reload")).error, undefined);
    member.process.stdin.write("log level debug\n");
    await wait_until("it may no longer", DEADLINE_MS, () => /permission denied/.test(answers()[1]?.error));
  });
