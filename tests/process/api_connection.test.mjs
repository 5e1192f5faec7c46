// What comes on a connection of the HTTP API while a request of it waits for Redis.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { Redis } from "../support/redis.mjs";
import { request_text } from "../support/signed_request.mjs";

const event = (data) => request_text({ name: "e", channels: ["c"], data });

async function statuses(socket, count) {
  const taken = [];
  for (let n = 0; n < count; ++n) {
    const { status, head } = await socket.take_response_head();
    const size = Number(/Content-Length: (\d+)/.exec(head)[1]);
    await socket.until("the body", 10_000, () => socket.received.length >= size);
    socket.received = socket.received.subarray(size);
    taken.push(status);
  }
  return taken;
}

process_test("requests that come before the first one is answered are answered in order", async (scope) => {
  const cluster = await Cluster.start(scope);
  const socket = await RawSocket.connect(scope, cluster.port);
  const malformed = request_text("{");
  socket.write(event("1") + malformed + event("2"));
  assert.deepEqual(await statuses(socket, 3), [200, 400, 200]);
});

process_test("who has said all with a FIN still hears the answers", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const socket = await RawSocket.connect(scope, cluster.port);
  redis.freeze();
  socket.write(event("1"));
  socket.write(event("2"));
  socket.finish();
  await new Promise((resolve) => setImmediate(resolve));
  redis.thaw();
  assert.deepEqual(await statuses(socket, 2), [200, 200]);
  await socket.wait_for_end();
  assert.ok(!socket.reset);
});

process_test("who goes on sending while Redis does not answer gets every answer", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const socket = await RawSocket.connect(scope, cluster.port);
  redis.freeze();
  socket.write(event("1"));
  const flood = event("x".repeat(4000)).repeat(2000);
  const rest = new Promise((resolve) => socket.socket.write(Buffer.from(flood, "latin1"), resolve));
  assert.deepEqual(await statuses(socket, 1), [503]);
  redis.thaw();
  assert.deepEqual(new Set(await statuses(socket, 2000)), new Set([200]));
  await rest;
});
