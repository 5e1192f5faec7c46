// One table declares each option: the sample file and the help must both have all of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { run_belfry } from "../support/belfry.mjs";
import { process_test } from "../support/process_test.mjs";

// "redis.url" for each line `url = ...` of [redis], commented out or not; options of [[app]] have no flags.
function keys_of(toml) {
  const keys = [];
  let section = "";
  for (const line of toml.split("\n")) {
    const head = /^#?\[+([a-z_]+)\]+/.exec(line);
    if (head) section = head[1];
    const key = /^#?([a-z_]+) = /.exec(line)?.[1];
    if (key && section !== "app") keys.push(section ? `${section}.${key}` : key);
  }
  return keys;
}

const flag_of = (key) => `--${key.replaceAll(/[._]/g, "-")}`;

process_test("every option of the sample file is in the help of serve", async (scope) => {
  const { stdout: sample } = await run_belfry(scope, ["config"]);
  const { stdout: help } = await run_belfry(scope, ["serve", "--help"]);
  const keys = keys_of(sample);
  assert.ok(keys.length > 20, sample);
  for (const key of keys) assert.match(help, new RegExp(`${flag_of(key)}\\b`), key);
});

process_test("the sample file has every key of the contract", async (scope) => {
  const { stdout: sample } = await run_belfry(scope, ["config"]);
  const contract = readFileSync(new URL("../support/whole_config.toml", import.meta.url), "utf8");
  const names = (toml) => [...toml.matchAll(/^#?([a-z_]+) = /gm)].map(([, name]) => name);
  const missing = names(contract).filter((name) => !names(sample).includes(name));
  assert.deepEqual(missing, []);
});

process_test("each option of the sample file is explained by a comment above it", async (scope) => {
  const { stdout: sample } = await run_belfry(scope, ["config"]);
  const lines = sample.split("\n");
  const bare = lines.filter((line, i) => /^#?[a-z_]+ = /.test(line) && !/^# \S/.test(lines[i - 1]));
  assert.deepEqual(bare, []);
});
