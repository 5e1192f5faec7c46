// request_timeout runs from accept to the end of the request head: silence and slowness do not hold a connection.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { WsClient } from "../support/ws_client.mjs";

const FLAGS = ["--request-timeout=1s"];
const AT_LEAST_MS = 850; // the worker's clock ticks each 100 ms

// Waits until the server ends the connection, which must not be at once.
async function wait_for_timeout(socket, since) {
  await socket.wait_for_end(20_000);
  const waited_ms = performance.now() - since;
  assert.ok(waited_ms >= AT_LEAST_MS, `ended after ${waited_ms} ms`);
}

process_test("a connection that sends nothing is ended", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: FLAGS });
  const started_at = performance.now();
  const socket = await RawSocket.connect(scope, cluster.port);
  await wait_for_timeout(socket, started_at);
  if (socket.text !== "") assert.match(socket.text, /^HTTP\/1\.1 408 /);
});

process_test("a head that comes byte by byte is answered with 408 although each byte is in time", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: FLAGS });
  const started_at = performance.now();
  const socket = await RawSocket.connect(scope, cluster.port);
  socket.write("GET /up HTTP/1.1\r\nHost: localhost\r\nX: ");
  const drip = setInterval(() => socket.write("a"), 50);
  scope.defer(() => clearInterval(drip));
  await wait_for_timeout(socket, started_at);
  assert.match(socket.text, /^HTTP\/1\.1 408 [^]*\r\n\r\n./);
});

process_test("an open WebSocket client outlives request_timeout", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: [...FLAGS, "--echo-path=/echo"] });
  const client = await WsClient.open(scope, cluster.url("/echo"));
  const silent = await RawSocket.connect(scope, cluster.port);
  await silent.wait_for_end();
  client.send("still here");
  assert.equal(await client.next(), "still here");
});

process_test("idle clients get pings each ping_interval", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--ping-interval=1"] });
  const client = await WsClient.open(scope, cluster.url());
  await cluster.wait_for_status("two pings have come", () => client.pings >= 2);
  assert.ok(client.is_open);
});
