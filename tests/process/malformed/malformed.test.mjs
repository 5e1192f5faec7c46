// Malformed input of each kind gets the standard's answer and the end of its connection; afterwards the same workers
// are alive and hold what they held before.
import assert from "node:assert/strict";

import { open_descriptors, resident_kb } from "../../support/child.mjs";
import { runs_under_sanitizer } from "../../support/belfry.mjs";
import { Cluster } from "../../support/cluster.mjs";
import { FrameConnection, OPCODE } from "../../support/frames.mjs";
import { process_test } from "../../support/process_test.mjs";
import { RawSocket } from "../../support/raw_socket.mjs";
import { wait_until } from "../../support/wait_until.mjs";
import { all_frames } from "./frame_inputs.mjs";
import { all_requests } from "./http_inputs.mjs";
import { all_upgrades } from "./upgrade_inputs.mjs";

// One input with a connection of its own; throws when the answer is not one that is allowed.
async function check_request(scope, cluster, { bytes, status, fields = [] }) {
  const socket = await RawSocket.connect(scope, cluster.port);
  socket.write(bytes);
  const answer = await socket.take_response_head();
  assert.ok(status.includes(answer.status), `answered ${answer.status}, allowed: ${status.join(", ")}`);
  for (const field of fields) assert.match(answer.head, field);
  await socket.wait_for_end();
  socket.destroy();
}

async function check_frames(scope, cluster, { frames, code }) {
  const connection = await FrameConnection.open(scope, cluster.port, "/echo");
  connection.write(frames);
  let frame = await connection.next();
  while (frame && frame.opcode !== OPCODE.close) frame = await connection.next();
  assert.ok(frame, "the connection ended without a close frame");
  assert.equal(frame.code, code);
  await connection.raw.wait_for_end();
  connection.raw.destroy();
}

// All inputs one after the other on one node, and then the comparison with the base.
async function expect_answers_and_no_trace(scope, inputs, check) {
  const cluster = await Cluster.start(scope, { flags: ["--echo-path=/echo"] });
  const before = await held(cluster);
  const failures = [];
  for (const input of inputs) {
    await check(scope, cluster, input).catch((error) => failures.push(`${input.name}: ${error.message}`));
  }
  assert.deepEqual(failures, []);
  await wait_until("the workers are the same and hold what they held before", 30_000, async () => {
    assert.deepEqual(await held(cluster), before);
    return true;
  });
}

async function held(cluster) {
  const { workers } = await cluster.status();
  return workers.map(({ pid, clients }) => ({ pid, clients, descriptors: open_descriptors(pid) }));
}

process_test("the tables have at least 150 inputs", async () => {
  assert.ok(all_requests.length + all_upgrades.length + all_frames.length >= 150);
});

process_test(`${all_requests.length} malformed HTTP requests get the standard's answer`, (scope) =>
  expect_answers_and_no_trace(scope, all_requests, check_request));

process_test(`${all_upgrades.length} wrong upgrades get the standard's answer`, (scope) =>
  expect_answers_and_no_trace(scope, all_upgrades, check_request));

process_test(`${all_frames.length} forbidden frames get the standard's close code`, (scope) =>
  expect_answers_and_no_trace(scope, all_frames, check_frames));

process_test("each malformed request gets the same answer when it comes in pieces", async (scope) => {
  const small = all_requests.filter(({ bytes }) => bytes.length < 200);
  await expect_answers_and_no_trace(scope, small, async (scope, cluster, input) => {
    const socket = await RawSocket.connect(scope, cluster.port);
    for (const byte of input.bytes) await new Promise((resolve) => socket.socket.write(byte, "latin1", resolve));
    const answer = await socket.take_response_head();
    assert.ok(input.status.includes(answer.status), `answered ${answer.status}`);
    await socket.wait_for_end();
    socket.destroy();
  });
});

process_test("the memory of a worker does not grow with malformed input", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--echo-path=/echo", "--workers=1"] });
  const round = async () => {
    for (const input of all_frames) await check_frames(scope, cluster, input).catch(() => {});
    for (const input of all_requests) await check_request(scope, cluster, input).catch(() => {});
  };
  const { pid } = await cluster.worker(0);
  await round();
  const before = resident_kb(pid);
  for (let i = 0; i < 3; i++) await round();
  const growth = resident_kb(pid) - before;
  scope.t.diagnostic(`resident memory grew by ${growth} KiB`);
  if (!runs_under_sanitizer) assert.ok(growth < 4096, `grew by ${growth} KiB`);
});
