// `belfry reload` and SIGHUP: the configuration is read again, shown where it is different, and applied by all workers
// at once without dropping anybody who is still allowed.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, PusherClient } from "../support/pusher.mjs";
import { PusherWs, auth_of } from "../support/pusher_ws.mjs";
import { post } from "../support/signed_request.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { WsClient } from "../support/ws_client.mjs";

const OTHER = { id: "other-id", key: "other-key", secret: "other-secret" };

class Node {
  static async start(scope, apps, more = "") {
    const node = new Node();
    node.scope = scope;
    node.path = join(make_temp_dir(scope), "belfry.toml");
    node.write(apps, more);
    node.cluster = await Cluster.start(scope, { flags: ["--workers=2", `--config=${node.path}`] });
    return node;
  }

  write(apps, more = "") {
    const sections = apps.map((app) =>
      ["[[app]]", ...Object.entries(app).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)].join("\n"));
    writeFileSync(this.path, [more, ...sections, ""].join("\n"));
  }

  reload(...flags) {
    return run_belfry(this.scope, ["reload", `--admin-socket=${this.cluster.admin_socket}`, ...flags]);
  }
}

function connect(scope, node, key = APP.key, headers = {}) {
  return WsClient.open(scope, node.cluster.url(`/app/${key}?protocol=7`), { headers });
}

process_test("what is different is shown and applied, and nobody who is allowed is dropped", async (scope) => {
  const node = await Node.start(scope, [APP, OTHER]);
  const clients = await Promise.all(Array.from({ length: 100 }, () => PusherWs.open(scope, node.cluster)));
  await Promise.all(clients.map((client) => client.subscribe("private-x")));
  node.write([{ ...APP, max_event_payload_in_kb: 1 }, { ...OTHER, max_connections: 7 }], "activity_timeout = 30\npath_prefix = \"/ws\"");
  const shown = await node.reload("--dry-run");
  assert.match(shown.stdout, /^path_prefix: "" -> "\/ws" \(needs a restart\)$/m);
  assert.equal((await post(node.cluster, { name: "e", channels: ["c"], data: "x".repeat(2000) })).status, 200);
  const { code, stdout } = await node.reload();
  assert.equal(code, 0);
  assert.match(stdout, /^activity_timeout: 120 -> 30$/m);
  assert.match(stdout, /^max_event_payload_in_kb of app app-id: 10 -> 1$/m);
  assert.match(stdout, /^max_connections of app other-id: 0 -> 7$/m);
  for (let n = 0; n < 4; ++n) { // on whichever worker
    assert.equal((await post(node.cluster, { name: "e", channels: ["c"], data: "x".repeat(2000) })).status, 413);
    assert.match(await (await connect(scope, node)).next(), /\\"activity_timeout\\":30/);
  }
  assert.equal((await post(node.cluster, { name: "still", channels: ["private-x"], data: "{}" })).status, 200);
  for (const client of clients) await client.gets((event) => event.event === "still");
  const again = await node.reload("--json");
  assert.deepEqual(JSON.parse(again.stdout).options.map(({ option }) => option), ["path_prefix"]);
});

process_test("an invalid configuration changes nothing and is named", async (scope) => {
  const node = await Node.start(scope, [APP]);
  const client = await PusherWs.open(scope, node.cluster);
  node.write([{ ...APP, max_connections: "many" }]);
  const { code, output } = await node.reload();
  assert.notEqual(code, 0);
  assert.match(output, /nothing is changed.*max_connections/);
  await client.subscribe("orders");
  node.write([APP]);
  assert.match((await node.reload()).stdout, /nothing is different/);
});

process_test("who is not allowed any more is closed with the code that says so", async (scope) => {
  const node = await Node.start(scope, [APP, OTHER]);
  const ours = await PusherWs.open(scope, node.cluster);
  const theirs = await connect(scope, node, OTHER.key);
  const foreign = await connect(scope, node, APP.key, { origin: "https://bad.example" });
  const friendly = await connect(scope, node, APP.key, { origin: "https://Good.example:8443" });
  await Promise.all([theirs, foreign, friendly].map((client) => client.next()));

  node.write([{ ...APP, allowed_origins: ["good.example"] }]);
  assert.equal((await node.reload()).code, 0);
  assert.equal((await theirs.wait_for_close()).code, 4001);
  assert.equal((await foreign.wait_for_close()).code, 4009);
  await ours.subscribe("orders");
  assert.ok(friendly.is_open);

  node.write([{ ...APP, enabled: false }]);
  assert.equal((await node.reload()).code, 0);
  assert.equal((await ours.ws.wait_for_close()).code, 4003);
  assert.equal((await friendly.wait_for_close()).code, 4003);
  assert.equal((await post(node.cluster, { name: "e", channels: ["c"], data: "1" })).status, 403);

  node.write([APP, OTHER]);
  assert.equal((await node.reload()).code, 0);
  await PusherWs.open(scope, node.cluster);
  assert.match(await (await connect(scope, node, OTHER.key)).next(), /connection_established/);
});

process_test("keys are rotated: both pairs are taken until the old one is gone", async (scope) => {
  const node = await Node.start(scope, [APP]);
  const client = await PusherWs.open(scope, node.cluster);
  const rotated = { id: APP.id, key: "new-key", secret: "new-secret" };
  node.write([{ ...rotated, previous_key: APP.key, previous_secret: APP.secret }]);
  const { stdout } = await node.reload();
  assert.doesNotMatch(stdout, /app-secret|new-secret/);
  client.send({ event: "pusher:subscribe", data: { channel: "private-x", auth: auth_of(`${client.socket_id}:private-x`) } });
  await client.gets((event) => event.event === "pusher_internal:subscription_succeeded");
  const newcomer = await connect(scope, node, "new-key");
  assert.match(await newcomer.next(), /connection_established/);
  node.write([rotated]);
  await node.reload();
  assert.equal((await client.ws.wait_for_close()).code, 4001);
  assert.ok(newcomer.is_open);
});

process_test("SIGHUP reloads and the log says what; a worker that starts later goes by it, too", async (scope) => {
  const node = await Node.start(scope, [APP]);
  node.cluster.expect_worker_deaths();
  node.write([{ ...APP, enable_client_messages: false }], "activity_timeout = 77");
  signal_process(node.cluster.pid, "SIGHUP");
  await node.cluster.wait_for_log(/reload change="activity_timeout: 120 -> 77"/);
  await node.cluster.wait_for_log(/reloaded changes=2/);
  for (const pid of await node.cluster.worker_pids()) signal_process(pid, "SIGKILL");
  await node.cluster.wait_for_status("both workers are new", ({ workers }) =>
    workers.every(({ restarts, state }) => restarts === 1 && state === "running"));
  assert.match(await (await connect(scope, node)).next(), /\\"activity_timeout\\":77/);
  writeFileSync(node.path, "nonsense");
  signal_process(node.cluster.pid, "SIGHUP");
  await node.cluster.wait_for_log(/not reloaded reason=.*nonsense|not reloaded reason=/);
  await PusherClient.open(scope, node.cluster);
});

process_test("no reload opens the development app where other machines reach the server", async (scope) => {
  const node = new Node();
  node.scope = scope;
  node.path = join(make_temp_dir(scope), "belfry.toml");
  node.write([APP], 'listen = ["0.0.0.0:0"]');
  node.cluster = await Cluster.start(scope, { flags: ["--workers=1", `--config=${node.path}`], listen: null });
  node.write([], 'listen = ["127.0.0.1:0"]');
  const { code, output } = await node.reload();
  assert.notEqual(code, 0);
  assert.match(output, /nothing is changed.*development app/);
});
