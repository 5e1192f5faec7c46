// balance.workers = "source" and trusted_proxies exclude each other, wherever a configuration is read.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir, write_config } from "../support/temp_dir.mjs";

const PROXIES = 'trusted_proxies = ["10.0.0.0/8"]\n';
const policy = (name) => `[balance]\nworkers = "${name}"\n`;
const BOTH_NAMED = /balance\.workers = "source" and trusted_proxies exclude each other/;

process_test("serve and check refuse them together and name both", async (scope) => {
  const config = write_config(scope, PROXIES + policy("source"));
  for (const words of [["check"], ["serve", `--runtime-dir=${make_temp_dir(scope)}`, "--listen=127.0.0.1:0"]]) {
    const { code, output } = await run_belfry(scope, [...words, `--config=${config}`]);
    assert.equal(code, 78, output);
    assert.match(output, BOTH_NAMED);
  }
  for (const text of [PROXIES + policy("least"), policy("source")]) {
    const { code, output } = await run_belfry(scope, ["check", `--config=${write_config(scope, text)}`]);
    assert.equal(code, 0, output);
  }
});

process_test("a reload that brings them together until the next restart changes nothing", async (scope) => {
  const config = write_config(scope, policy("source"));
  const cluster = await Cluster.start(scope, { flags: [`--config=${config}`] });
  for (const [next, words] of [["source", /nothing is changed: /], ["hash", /nothing is changed: without a restart, /]]) {
    writeFileSync(config, PROXIES + policy(next));
    const { error } = await cluster.ask("reload");
    assert.match(error, words);
    assert.match(error, BOTH_NAMED);
  }
  writeFileSync(config, policy("hash"));
  assert.equal((await cluster.ask("reload")).applied, true);
});
