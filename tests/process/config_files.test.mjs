// belfry.d beside the configuration file and the credentials of a service: read after it, at the start and at a reload.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir, write_config } from "../support/temp_dir.mjs";
import { WsClient } from "../support/ws_client.mjs";

const app = (name) => `[[app]]\nid = "${name}"\nkey = "${name}-key"\nsecret = "${name}-secret"\n`;

// A configuration file with these files in belfry.d beside it; returns its path.
function write_files(scope, main, beside = {}) {
  const path = write_config(scope, main);
  mkdirSync(join(dirname(path), "belfry.d"));
  for (const [name, text] of Object.entries(beside)) write_beside(path, name, text);
  return path;
}

function write_beside(path, name, text) {
  writeFileSync(join(dirname(path), "belfry.d", name), text);
}

function write_credentials(scope, files) {
  const directory = make_temp_dir(scope);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return { CREDENTIALS_DIRECTORY: directory };
}

async function effective(scope, path, options = {}) {
  const args = ["config", "--effective", "--show-secrets", `--config=${path}`];
  const { code, stdout, output } = await run_belfry(scope, args, options);
  assert.equal(code, 0, output);
  return stdout;
}

const ids_of = (toml) => [...toml.matchAll(/^id = "(.*)"$/gm)].map(([, id]) => id);

process_test("a later file wins key by key, and apps add up", async (scope) => {
  const path = write_files(scope, `activity_timeout = 30\nping_interval = 31\n${app("main")}`, {
    "20-second.toml": `ping_interval = 33\n${app("second")}`,
    "10-first.toml": `ping_interval = 32\n[redis]\nprefix = "first:"\n${app("first")}`,
  });
  const toml = await effective(scope, path);
  assert.match(toml, /^activity_timeout = 30$/m);
  assert.match(toml, /^ping_interval = 33$/m);
  assert.match(toml, /^prefix = "first:"$/m);
  assert.deepEqual(ids_of(toml), ["main", "first", "second"]);
});

process_test("the environment and flags win over every file", async (scope) => {
  const path = write_files(scope, "", { "10.toml": "ping_interval = 32\n" });
  assert.match(await effective(scope, path, { env: { BELFRY_PING_INTERVAL: "40" } }), /^ping_interval = 40$/m);
});

process_test("credentials are read last, and only those that end in .toml", async (scope) => {
  const path = write_files(scope, "", { "10.toml": "ping_interval = 32\n" });
  const env = write_credentials(scope, { "apps.toml": `ping_interval = 34\n${app("secret")}`, "tls.key": "no TOML" });
  const toml = await effective(scope, path, { env });
  assert.match(toml, /^ping_interval = 34$/m);
  assert.deepEqual(ids_of(toml), ["secret"]);
});

process_test("a mistake is named with its file and line", async (scope) => {
  const path = write_files(scope, app("main"), { "10.toml": "# one line\nping_intervall = 1\n" });
  const unknown = await run_belfry(scope, ["check", `--config=${path}`]);
  assert.equal(unknown.code, 78);
  assert.match(unknown.output, /belfry\.d\/10\.toml:2: unknown key ping_intervall.*ping_interval\b/);
  write_beside(path, "10.toml", `\n${app("main")}`);
  const twice = await run_belfry(scope, ["check", `--config=${path}`]);
  assert.equal(twice.code, 78);
  assert.match(twice.output, /belfry\.d\/10\.toml:2: another \[\[app\]\] has the id main already/);
});

process_test("check names every file that it has read", async (scope) => {
  const path = write_files(scope, "", { "10.toml": "" });
  const env = write_credentials(scope, { "apps.toml": app("secret") });
  const { stdout } = await run_belfry(scope, ["check", `--config=${path}`], { env });
  assert.match(stdout, /^configuration ok: \/\S+\/belfry\.toml, \/\S+\/belfry\.d\/10\.toml, \/\S+\/apps\.toml$/m);
});

process_test("a reload reads files that have come and forgets those that have gone", async (scope) => {
  const path = write_files(scope, app("main"), { "10.toml": app("first") });
  const cluster = await Cluster.start(scope, { flags: [`--config=${path}`] });
  const first = await WsClient.open(scope, cluster.url("/app/first-key?protocol=7"));
  write_beside(path, "10.toml", "");
  write_beside(path, "20.toml", app("second"));
  const { code, stdout } = await run_belfry(scope, ["reload", `--admin-socket=${cluster.admin_socket}`]);
  assert.equal(code, 0);
  assert.match(stdout, /app first: removed\napp second: added|app second: added\napp first: removed/);
  assert.equal((await first.wait_for_close()).code, 4001);
  const second = await WsClient.open(scope, cluster.url("/app/second-key?protocol=7"));
  assert.match(await second.next(), /connection_established/);
});

process_test("the admin commands need none of the service's credentials", async (scope) => {
  const path = write_files(scope, 'listen = ["0.0.0.0:0"]\n');
  const env = write_credentials(scope, { "apps.toml": app("secret") });
  const cluster = await Cluster.start(scope, { flags: [`--config=${path}`], listen: null, env });
  const args = ["status", `--config=${path}`, `--runtime-dir=${cluster.runtime_dir}`];
  const { code, output } = await run_belfry(scope, args);
  assert.equal(code, 0, output);
});
