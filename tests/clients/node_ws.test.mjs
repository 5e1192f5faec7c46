// The client library that most Node programs use, with the options that it has on by default.
import assert from "node:assert/strict";

import WebSocket from "ws";

import { wait_until_all_hear } from "../support/audience.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("Node's ws works with its defaults: it offers compression and falls back without it", async (scope) => {
  const cluster = await Cluster.start(scope);
  const clients = await Promise.all([1, 2].map(() => WsClient.open(scope, cluster.url(), { perMessageDeflate: true })));
  await wait_until_all_hear(clients, (probe) => clients[0].send(probe));
  clients[0].send("hello");
  assert.equal(await clients[1].next(), "hello");
  assert.equal(clients[0].socket.extensions, "");
  assert.equal((await clients[0].close()).code, 1000);
});

process_test("a subprotocol that the server does not speak is not agreed to", async (scope) => {
  const cluster = await Cluster.start(scope);
  const socket = new WebSocket(cluster.url(), ["chat"]);
  scope.defer(() => socket.terminate());
  // RFC 6455, section 4.2.2: the server leaves the field out; ws refuses to go on, a browser would too.
  const error = await new Promise((resolve, reject) => {
    socket.on("error", resolve);
    socket.on("open", () => reject(new Error("the connection was opened")));
  });
  assert.match(error.message, /subprotocol/i);
});

process_test("a query behind the path is accepted", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await WsClient.open(scope, cluster.url("/?room=1&name=%C3%A4"));
  assert.equal((await client.close()).code, 1000);
});
