// The manual and the shells' completions know every command and every option, because they are made of the same tables.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";

async function output_of(scope, ...args) {
  const { code, stdout, output } = await run_belfry(scope, args);
  assert.equal(code, 0, output);
  return stdout;
}

// {commands, flags} that the help of a command lists.
async function listed(scope, ...command) {
  const help = await output_of(scope, ...command, "--help");
  const below = help.split(/^Subcommands:$/m)[1] ?? "";
  return {
    commands: [...below.matchAll(/^  ([a-z]+)/gm)].map(([, name]) => name),
    flags: [...help.matchAll(/^  (?:-\w,)?(--[a-z-]+)/gm)].map(([, name]) => name),
  };
}

// Every command with its flags, as "bench fanout".
async function all_commands(scope, path = []) {
  const { commands, flags } = await listed(scope, ...path);
  const below = await Promise.all(commands.map((name) => all_commands(scope, [...path, name])));
  return [{ name: path.join(" "), flags }, ...below.flat()];
}

const plain = (roff) => roff.replaceAll("\\-", "-").replaceAll("\\(dq", '"');

process_test("belfry(1) has every command and every flag", async (scope) => {
  const page = plain(await output_of(scope, "manual", "1"));
  for (const { name, flags } of await all_commands(scope)) {
    if (name && !["bench", "presence"].includes(name)) assert.match(page, new RegExp(`^\\.SS "belfry ${name}[ "]`, "m"));
    for (const flag of flags) assert.match(page, new RegExp(`${flag}\\b`), `${name} ${flag}`);
  }
});

process_test("belfry.toml(5) has every option of the sample, with its flag and its variable", async (scope) => {
  const page = plain(await output_of(scope, "manual", "5"));
  const sample = await output_of(scope, "config");
  for (const [, key] of sample.matchAll(/^#?([a-z_]+) = /gm)) assert.match(page, new RegExp(`^\\.B "${key}"$`, "m"));
  for (const flag of (await listed(scope, "serve")).flags) {
    if (["--help", "--config"].includes(flag)) continue;
    assert.ok(page.includes(`Also ${flag} and BELFRY_${flag.slice(2).replaceAll("-", "_").toUpperCase()}.`), flag);
  }
});

for (const shell of ["bash", "zsh", "fish"]) {
  process_test(`the completions of ${shell} have every command and every flag`, async (scope) => {
    const script = await output_of(scope, "completion", shell);
    for (const { name, flags } of await all_commands(scope)) {
      assert.ok(script.includes(name.split(" ").at(-1)), name);
      for (const flag of flags) assert.ok(script.includes(shell === "fish" ? `-l ${flag.slice(2)}` : flag), flag);
    }
    assert.match(script, /debug info warning error/);
  });

  process_test(`the completions of ${shell} are a valid script, where ${shell} is there to say so`, async (scope) => {
    const path = join(make_temp_dir(scope), "completion");
    writeFileSync(path, await output_of(scope, "completion", shell));
    const { error, status, stderr } = spawnSync(shell, ["-n", path], { encoding: "utf8" });
    if (error?.code !== "ENOENT") assert.equal(status, 0, stderr);
  });
}

// What bash offers behind these words, of which the last is unfinished.
async function offered(scope, ...words) {
  const script = await output_of(scope, "completion", "bash");
  const lines = `COMP_WORDS=(${["belfry", ...words].map((word) => `'${word}'`).join(" ")})
    COMP_CWORD=${words.length}; _belfry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", `${script}\n${lines}`], { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trim().split("\n");
}

for (const [words, expected] of [
  [["re"], ["restart", "reload", "rebalance"]],
  [["reload", "--dry"], ["--dry-run"]],
  [["serve", "--log-level", ""], ["debug", "info", "warning", "error"]],
  [["serve", "--log-level", "=", "w"], ["warning"]],
  [["serve", "--config=x", "--balance-workers", "=", "s"], ["source"]],
  [["bench", "f"], ["fanout"]],
  [["bench", "fanout", "--via", ""], ["api", "ws", "redis"]],
]) {
  process_test(`bash completes belfry ${words.join(" ")}`, async (scope) => {
    assert.deepEqual(await offered(scope, ...words), expected);
  });
}
