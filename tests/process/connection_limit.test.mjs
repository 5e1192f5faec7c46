// A worker that can take no further connection leaves newcomers in the kernel's queue, says so once, and serves them
// when there is room again.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { WsClient } from "../support/ws_client.mjs";

const MAX_FILES = 600;
const MAX_CLIENTS = MAX_FILES - 256; // a worker keeps that many for other things

process_test("at the connection limit newcomers wait, and the log tells beginning and end once each", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=1"], max_files: MAX_FILES });
  const clients = await WsClient.open_many(scope, cluster.url(), MAX_CLIENTS);
  const waiting = await Promise.all(Array.from({ length: 20 }, () => RawSocket.connect(scope, cluster.port)));
  for (const socket of waiting) socket.write("GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await cluster.wait_for_log(/accepting pauses/);
  const paused_at = performance.now();
  await cluster.wait_for_status("it has looked again often", () => performance.now() - paused_at > 1_000);
  assert.ok(waiting.every((socket) => socket.received.length === 0 && !socket.ended));

  await Promise.all(clients.slice(0, 40).map((client) => client.close()));
  for (const socket of waiting) assert.equal((await socket.take_response_head()).status, 200);
  await cluster.wait_for_log(/accepting again/);
  assert.equal(cluster.log.match(/accepting pauses/g).length, 1, cluster.log);
  assert.equal(cluster.log.match(/accepting again/g).length, 1, cluster.log);
  assert.match(cluster.log, /accepting pauses.*limit/);
});

process_test("the log and status say how many connections the descriptors allow, and who counted the workers",
  async (scope) => {
    const origins = { 3: /workers_by=configured/, auto: /workers_by="auto: \d+ CPUs by affinity, [^"]+"/ };
    for (const [workers, origin] of Object.entries(origins)) {
      const cluster = await Cluster.start(scope, { flags: [`--workers=${workers}`], max_files: MAX_FILES });
      const status = await cluster.status();
      assert.equal(status.capacity, status.workers.length * MAX_CLIENTS);
      const lines = cluster.log.split("\n").filter((line) => /descriptor limit allows/.test(line));
      assert.equal(lines.length, 1, cluster.log);
      assert.match(lines[0], new RegExp(`connections=${status.capacity}\\b`));
      assert.match(lines[0], origin);
    }
  });
