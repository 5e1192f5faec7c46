// `belfry serve` that cannot start: it says why, ends with the right code, and disturbs nobody.
import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import net from "node:net";
import { dirname, join } from "node:path";

import { BELFRY, run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir, write_config } from "../support/temp_dir.mjs";
import { WsClient } from "../support/ws_client.mjs";

const CONFIGURATION = 78;
const NOBODY = { uid: 65_534, gid: 65_534 };

const is_root = () => process.getuid() === 0;
const first_free_port = () => Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));

function serve(scope, ...args) {
  return run_belfry(scope, ["serve", ...args]);
}

async function serve_in_own_dir(scope, ...args) {
  return serve(scope, `--runtime-dir=${make_temp_dir(scope)}`, ...args);
}

// As a user without rights: only root can become one, everybody else is one already.
async function serve_unprivileged(scope, runtime_dir, ...args) {
  const binary = join(make_temp_dir(scope), "belfry"); // the build directory may be closed to others
  copyFileSync(BELFRY, binary);
  chmodSync(dirname(binary), 0o755);
  const options = { binary, cwd: "/", ...(is_root() ? NOBODY : {}) };
  return run_belfry(scope, ["serve", `--runtime-dir=${runtime_dir}`, ...args], options);
}

function make_dir_of_nobody(scope) {
  const directory = make_temp_dir(scope);
  if (is_root()) chownSync(directory, NOBODY.uid, NOBODY.gid);
  return directory;
}

function expect_refusal({ code, output }, expected_code, ...patterns) {
  assert.equal(code, expected_code, output);
  for (const pattern of patterns) assert.match(output, pattern);
}

process_test("a second node on the same port is refused and the first one is not disturbed", async (scope) => {
  const first = await Cluster.start(scope);
  const second = await serve_in_own_dir(scope, `--listen=127.0.0.1:${first.port}`);
  expect_refusal(second, 1, new RegExp(`127\\.0\\.0\\.1:${first.port}`), /in use/i);
  // Had it joined the port, half of these would be lost.
  await Promise.all((await WsClient.open_many(scope, first.url(), 20)).map((client) => client.close()));
});

process_test("a port that another program uses is refused with its address", async (scope) => {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.defer(() => server.close());
  const { port } = server.address();
  expect_refusal(await serve_in_own_dir(scope, `--listen=127.0.0.1:${port}`), 1, new RegExp(`:${port}`), /in use/i);
});

process_test("a second node in the same runtime_dir is refused and the first one works on", async (scope) => {
  const first = await Cluster.start(scope);
  const second = await serve(scope, `--runtime-dir=${first.runtime_dir}`, "--listen=127.0.0.1:0");
  expect_refusal(second, 1, new RegExp(first.runtime_dir), /already|in use|locked|runs/i);
  assert.equal((await first.status()).state, "running");
});

process_test("a privileged port without the privilege is refused with its address", async (scope) => {
  if (first_free_port() <= 1) return scope.t.skip("every port is free for all on this machine");
  const result = await serve_unprivileged(scope, make_dir_of_nobody(scope), "--listen=127.0.0.1:1");
  expect_refusal(result, 1, /127\.0\.0\.1:1\b/, /permission|privilege/i);
});

process_test("an address of another machine is refused", async (scope) => {
  const config = write_config(scope, "[raw]\nenabled = true\n");
  const result = await serve_in_own_dir(scope, `--config=${config}`, "--listen=192.0.2.1:9000");
  expect_refusal(result, 1, /192\.0\.2\.1:9000/, /address/i);
});

process_test("a runtime_dir of somebody else is refused with its path", async (scope) => {
  const runtime_dir = is_root() ? make_temp_dir(scope) : "/";
  const result = await serve_unprivileged(scope, runtime_dir, "--listen=127.0.0.1:0");
  assert.notEqual(result.code, 0);
  assert.match(result.output, new RegExp(runtime_dir));
});

process_test("root uses no runtime_dir of somebody else either", async (scope) => {
  if (!is_root()) return scope.t.skip("needs root");
  const runtime_dir = make_dir_of_nobody(scope);
  expect_refusal(await serve(scope, `--runtime-dir=${runtime_dir}`, "--listen=127.0.0.1:0"), 1,
    new RegExp(runtime_dir), /another user/);
});

process_test("a runtime_dir that others can write is refused with its mode", async (scope) => {
  const runtime_dir = make_temp_dir(scope);
  chmodSync(runtime_dir, 0o1777);
  expect_refusal(await serve(scope, `--runtime-dir=${runtime_dir}`, "--listen=127.0.0.1:0"), 1,
    new RegExp(runtime_dir), /written by others.*1777/);
});

process_test("a runtime_dir that is a symbolic link is refused", async (scope) => {
  const link = join(make_temp_dir(scope), "link");
  symlinkSync(make_temp_dir(scope), link);
  for (const runtime_dir of [link, `${link}/`]) {
    expect_refusal(await serve(scope, `--runtime-dir=${runtime_dir}`, "--listen=127.0.0.1:0"), 1, /symbolic link/);
  }
});

process_test("a runtime_dir as systemd makes it is taken", async (scope) => {
  const runtime_dir = make_temp_dir(scope);
  chmodSync(runtime_dir, 0o755);
  await Cluster.start(scope, { runtime_dir });
});

process_test("something at the place of a socket that cannot be removed is refused with its path", async (scope) => {
  for (const name of ["redis.sock", "admin.sock"]) {
    const runtime_dir = make_temp_dir(scope);
    mkdirSync(join(runtime_dir, name));
    expect_refusal(await serve(scope, `--runtime-dir=${runtime_dir}`, "--listen=127.0.0.1:0"), 1,
      new RegExp(`${runtime_dir}/${name}`));
  }
});

process_test("a runtime_dir that cannot be made is refused with its path", async (scope) => {
  const result = await serve(scope, "--runtime-dir=/proc/nowhere", "--listen=127.0.0.1:0");
  assert.notEqual(result.code, 0);
  assert.match(result.output, /\/proc\/nowhere/);
});

process_test("a runtime_dir that is too long for a socket is refused as a configuration error", async (scope) => {
  const directory = `${make_temp_dir(scope)}/${"d".repeat(100)}`;
  mkdirSync(directory);
  const result = await serve(scope, `--runtime-dir=${directory}`, "--listen=127.0.0.1:0");
  expect_refusal(result, CONFIGURATION, /107|108|long/i);
});

process_test("a file with an unknown key is refused, with file, key and the nearest known key", async (scope) => {
  const config = write_config(scope, '[redis]\nprefixx = "a:"\n');
  expect_refusal(await serve_in_own_dir(scope, `--config=${config}`), CONFIGURATION,
    new RegExp(config), /redis\.prefixx/, /redis\.prefix\b/);
});

process_test("a file with a wrong value is refused; the message has the key and what is allowed", async (scope) => {
  const cases = [
    ["workers = 0\n", /workers/],
    ["workers = \"many\"\n", /workers.*auto/s],
    ["workers = 2.5\n", /workers/],
    ["activity_timeout = -1\n", /activity_timeout/],
    ["listen = [\"127.0.0.1:70000\"]\n", /listen.*65535/s],
    ["listen = [\"localhost\"]\n", /listen/],
    ["listen = []\n", /listen/],
    ["request_timeout = \"soon\"\n", /request_timeout/],
    ["[raw]\necho = \"yes\"\n", /raw\.echo.*true/s],
    ["[raw]\npath = \"chat\"\n", /raw\.path.*\//s],
    ["[redis]\nurl = \"http://localhost\"\n", /redis\.url.*redis:\/\//s],
    ["[redis]\nurl = \"rediss://localhost\"\n", /rediss|TLS/],
    ["[log]\nformat = \"xml\"\n", /log\.format.*json/s],
    ["[[app]]\nid = \"1\"\nkey = \"k\"\nsecrett = \"s\"\n", /secrett/],
    ["[[app]]\nid = \"1\"\nkey = \"k\"\nsecret = \"s\"\nover_quota_close = 4200\n", /over_quota_close.*4004/s],
  ];
  for (const [text, pattern] of cases) {
    const result = await serve_in_own_dir(scope, `--config=${write_config(scope, text)}`);
    assert.equal(result.code, CONFIGURATION, `${text}${result.output}`);
    assert.match(result.output, pattern, text);
  }
});

process_test("a file that is no TOML is refused with the line", async (scope) => {
  const config = write_config(scope, "workers = 2\nlisten = [\n");
  expect_refusal(await serve_in_own_dir(scope, `--config=${config}`), CONFIGURATION, new RegExp(config), /line|:\d/);
});

process_test("a file that is missing or cannot be read is refused with its path and the reason", async (scope) => {
  expect_refusal(await serve_in_own_dir(scope, "--config=/tmp/no/such/file.toml"), CONFIGURATION,
    /\/tmp\/no\/such\/file\.toml/, /no such file/i);
  const config = write_config(scope, "workers = 2\n");
  chmodSync(dirname(config), 0o755);
  chmodSync(config, 0);
  const result = await serve_unprivileged(scope, make_dir_of_nobody(scope), `--config=${config}`);
  expect_refusal(result, CONFIGURATION, new RegExp(config), /permission/i);
});

process_test("a wrong flag or variable is refused by name", async (scope) => {
  const flag = await serve_in_own_dir(scope, "--raw-ecko=false");
  expect_refusal(flag, 64, /--raw-ecko/);
  const value = await serve_in_own_dir(scope, "--workers=-3");
  assert.notEqual(value.code, 0);
  assert.match(value.output, /workers/);
  const env = { BELFRY_WORKERS: "several" };
  const variable = await run_belfry(scope, ["serve", `--runtime-dir=${make_temp_dir(scope)}`], { env });
  expect_refusal(variable, CONFIGURATION, /BELFRY_WORKERS|workers/);
});

process_test("an open address without an app or raw.enabled in the file is refused", async (scope) => {
  expect_refusal(await serve_in_own_dir(scope, "--listen=0.0.0.0:0"), CONFIGURATION, /app/, /raw\.enabled/);
});

process_test("an open address with raw.enabled in the file is served", async (scope) => {
  const config = write_config(scope, "[raw]\nenabled = true\n");
  const cluster = await Cluster.start(scope, { listen: "0.0.0.0:0", flags: [`--config=${config}`] });
  await (await WsClient.open(scope, cluster.url())).close();
});

process_test("a refused start leaves the runtime_dir usable", async (scope) => {
  const runtime_dir = make_temp_dir(scope);
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.defer(() => server.close());
  const refused = await serve(scope, `--runtime-dir=${runtime_dir}`, `--listen=127.0.0.1:${server.address().port}`);
  assert.equal(refused.code, 1);
  const cluster = await Cluster.start(scope, { runtime_dir });
  assert.ok(statSync(cluster.admin_socket).isSocket());
});
