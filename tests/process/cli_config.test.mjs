// check, config, version and help: what needs no running node; and the precedence of file, environment and flag.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { write_config } from "../support/temp_dir.mjs";

const WHOLE_CONFIG = new URL("../support/whole_config.toml", import.meta.url).pathname;

// The configuration that serve would use with this file, as a file again.
async function effective(scope, text, ...flags) {
  const args = ["config", "--effective", `--config=${write_config(scope, text)}`, ...flags];
  const { code, stdout, output } = await run_belfry(scope, args);
  assert.equal(code, 0, output);
  return stdout;
}

process_test("config prints a sample that changes nothing when it is loaded back", async (scope) => {
  const { code, stdout: sample } = await run_belfry(scope, ["config"]);
  assert.equal(code, 0);
  const checked = await run_belfry(scope, ["check", `--config=${write_config(scope, sample)}`]);
  assert.equal(checked.code, 0, checked.output);
  assert.equal(await effective(scope, sample), await effective(scope, ""));
});

process_test("the effective configuration, loaded back, is the same again", async (scope) => {
  const whole = readFileSync(WHOLE_CONFIG, "utf8");
  for (const text of ["", whole, whole.replace('listen = ["127.0.0.1:9000", "[::1]:9000"]', 'listen = ["[::1]:0"]')]) {
    const first = await effective(scope, text, "--show-secrets");
    assert.equal(await effective(scope, first, "--show-secrets"), first);
  }
});

process_test("the effective configuration hides secrets unless it is asked for them", async (scope) => {
  const text = readFileSync(WHOLE_CONFIG, "utf8").replace("redis://127.0.0.1", "redis://:hidden-one@127.0.0.1")
    .replace('"app-secret"', '"hidden-two"');
  assert.doesNotMatch(await effective(scope, text), /hidden-/);
  assert.match(await effective(scope, text, "--show-secrets"), /hidden-one[^]*hidden-two/);
});

process_test("the sample with every line taken out of its comment is accepted too", async (scope) => {
  const { stdout } = await run_belfry(scope, ["config"]);
  const everything = stdout.replace(/^#(?=[a-z_]+ = |\[)/gm, "");
  assert.match(everything, /^\[\[app\]\]$/m);
  const { code, output } = await run_belfry(scope, ["check", `--config=${write_config(scope, everything)}`]);
  assert.equal(code, 0, output);
});

process_test("the whole file of the contract is read", async (scope) => {
  const { code, output } = await run_belfry(scope, ["check", `--config=${WHOLE_CONFIG}`]);
  assert.equal(code, 0, output);
});

process_test("check refuses what serve refuses, with 78 and the key", async (scope) => {
  const config = write_config(scope, "workers = 2\n[raw]\npathh = \"/\"\n");
  const { code, output } = await run_belfry(scope, ["check", `--config=${config}`]);
  assert.equal(code, 78);
  assert.match(output, /raw\.pathh/);
  assert.match(output, /raw\.path\b/);
});

process_test("check binds nothing: it passes while a node runs on the port", async (scope) => {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.defer(() => server.close());
  const { code, output } = await run_belfry(scope, ["check", `--listen=127.0.0.1:${server.address().port}`]);
  assert.equal(code, 0, output);
});

process_test("a flag beats the environment, which beats the file", async (scope) => {
  const config = write_config(scope, "workers = 1\n");
  const count = async (options) => (await (await Cluster.start(scope, options)).status()).workers.length;
  const flags = [`--config=${config}`];
  assert.equal(await count({ flags }), 1);
  assert.equal(await count({ flags, env: { BELFRY_WORKERS: "2" } }), 2);
  assert.equal(await count({ flags: [...flags, "--workers=3"], env: { BELFRY_WORKERS: "2" } }), 3);
  assert.equal(await count({ flags, env: { BELFRY_WORKERS: "" } }), 1);
});

process_test("workers = auto starts at least one worker", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=auto"] });
  assert.ok((await cluster.status()).workers.length >= 1);
});

process_test("version prints name and version", async (scope) => {
  for (const args of [["version"], ["--version"]]) {
    const { code, stdout } = await run_belfry(scope, args);
    assert.equal(code, 0);
    assert.match(stdout, /^belfry \d+\.\d+\.\d+\n$/);
  }
});

process_test("help lists the commands and hides the worker", async (scope) => {
  const { code, stdout } = await run_belfry(scope, ["--help"]);
  assert.equal(code, 0);
  for (const name of ["serve", "check", "config", "status", "stop", "restart", "connect", "send", "version"]) {
    assert.match(stdout, new RegExp(`\\b${name}\\b`));
  }
  assert.doesNotMatch(stdout, /^\s*worker\b/m);
});

process_test("an unknown command or option is refused with the nearest known one", async (scope) => {
  const command = await run_belfry(scope, ["stauts"]);
  assert.equal(command.code, 64);
  assert.match(command.output, /stauts/);
  assert.match(command.output, /\bstatus\b/);
  const option = await run_belfry(scope, ["serve", "--redis-urll=x"]);
  assert.equal(option.code, 64);
  assert.match(option.output, /--redis-urll/);
  assert.match(option.output, /--redis-url\b/);
});

process_test("no command at all fails and points to the help", async (scope) => {
  const { code, output } = await run_belfry(scope, []);
  assert.equal(code, 64);
  assert.match(output, /--help/);
});

process_test("log.format = json writes one JSON object a line", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--log-format=json"] });
  await cluster.stop();
  const lines = cluster.log.trim().split("\n");
  assert.ok(lines.length > 3);
  for (const line of lines) assert.equal(typeof JSON.parse(line), "object", line);
});
