// check --connections: what stands in the way of so many connections on this machine, and the line that mends it.
import assert from "node:assert/strict";

import { BELFRY, run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { write_config } from "../support/temp_dir.mjs";
import { WsClient } from "../support/ws_client.mjs";

// `belfry check ARGS` as a process that may have so many descriptors.
function check_within(scope, max_files, ...args) {
  return run_belfry(scope, [`--nofile=${max_files}`, BELFRY, "check", ...args], { binary: "prlimit" });
}

async function descriptors_finding(scope, max_files, ...args) {
  const { stdout } = await check_within(scope, max_files, "--json", ...args);
  return JSON.parse(stdout).findings.find(({ subject }) => subject === "RLIMIT_NOFILE");
}

process_test("too few descriptors are an obstacle, and each of the lines shown mends it", async (scope) => {
  const refused = await check_within(scope, 600, "--workers=2", "--connections=1000");
  assert.equal(refused.code, 1, refused.output);
  assert.match(refused.output, /^obstacle: RLIMIT_NOFILE is 600, has to be \d+$/m);
  assert.match(refused.output, /^belfry: 1000 connections are not possible: RLIMIT_NOFILE$/m);
  const [, descriptors] = /^ +LimitNOFILE=(\d+)/m.exec(refused.stdout);
  const [, workers] = /^ +workers = (\d+)/m.exec(refused.stdout);
  assert.equal((await check_within(scope, descriptors, "--workers=2", "--connections=1000")).code, 0);
  assert.equal((await check_within(scope, 600, `--workers=${workers}`, "--connections=1000")).code, 0);
  const one_less = await check_within(scope, 600, `--workers=${workers - 1}`, "--connections=1000");
  assert.equal(one_less.code, 1, one_less.output);
});

process_test("a node with the descriptors that check asks for holds the connections", async (scope) => {
  const { required } = await descriptors_finding(scope, 300, "--workers=1", "--connections=400");
  const cluster = await Cluster.start(scope, { flags: ["--workers=1"], max_files: required });
  assert.equal((await cluster.status()).capacity, 400);
  await WsClient.open_many(scope, cluster.url(), 400);
  await cluster.wait_for_clients(400);
});

process_test("what is only advice ends with 0", async (scope) => {
  const { code, stdout, output } = await check_within(scope, 600, "--workers=1", "--connections=300");
  assert.equal(code, 0, output);
  assert.match(stdout, /^configuration ok/);
  assert.match(stdout, /^fine: RLIMIT_NOFILE, /m);
  assert.doesNotMatch(output, /^obstacle/m);
});

process_test("--json has every finding as numbers and lines, and the same exit code", async (scope) => {
  const { code, stdout, output } = await check_within(scope, 600, "--workers=1", "--connections=1000", "--json");
  assert.equal(code, 1, output);
  const answer = JSON.parse(stdout);
  assert.equal(answer.possible, false);
  assert.equal(answer.connections, 1000);
  const descriptors = answer.findings.find(({ subject }) => subject === "RLIMIT_NOFILE");
  assert.deepEqual({ ...descriptors, why: "", remedies: [] },
    { verdict: "obstacle", subject: "RLIMIT_NOFILE", now: 600, required: 1256, why: "", remedies: [] });
  for (const { subject } of answer.findings) assert.equal(typeof subject, "string");
});

process_test("the workers are those of the configuration, auto too", async (scope) => {
  const workers_of = async (text) => {
    const { stdout } = await run_belfry(scope, ["check", `--config=${write_config(scope, text)}`, "--connections=10",
      "--json"]);
    return JSON.parse(stdout).workers;
  };
  assert.equal(await workers_of("workers = 7\n"), 7);
  assert.ok(await workers_of('workers = "auto"\n') >= 1);
});

process_test("a wrong configuration is 78, a wrong number 64; unasked, check says nothing of limits", async (scope) => {
  const config = write_config(scope, "workerss = 2\n");
  assert.equal((await run_belfry(scope, ["check", `--config=${config}`, "--connections=10"])).code, 78);
  for (const args of [["--connections=0"], ["--connections=-1"], ["--connections=many"], ["--json"]]) {
    const { code, output } = await run_belfry(scope, ["check", ...args]);
    assert.equal(code, 64, output);
  }
  const plain = await check_within(scope, 100);
  assert.equal(plain.code, 0);
  assert.match(plain.output, /^configuration ok: [^\n]*\n$/);
});
