// How large a message of a client may be.
import assert from "node:assert/strict";

import { wait_until_all_hear } from "../support/audience.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("a raw message of exactly raw.max_message_in_kb is broadcast, one byte more is 1009", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--raw-max-message-in-kb=2"] });
  const [sender, listener] = await WsClient.open_many(scope, cluster.url(), 2);
  await wait_until_all_hear([sender, listener], (probe) => sender.send(probe));
  sender.send("x".repeat(2048));
  assert.equal(await listener.next(), "x".repeat(2048));
  sender.send("x".repeat(2049));
  assert.equal((await sender.wait_for_close()).code, 1009);
  assert.ok(listener.is_open);
});

process_test("fragments count together towards the limit", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--raw-max-message-in-kb=2"] });
  const sender = await WsClient.open(scope, cluster.url());
  for (let i = 0; i < 3; i++) sender.socket.send("x".repeat(1024), { fin: false });
  assert.equal((await sender.wait_for_close()).code, 1009);
});

process_test("raw.max_message_in_kb = 0 means no limit", async (scope) => {
  const flags = ["--raw-max-message-in-kb=0", "--max-queue-in-kb=0"];
  const cluster = await Cluster.start(scope, { flags });
  const sender = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([sender], (probe) => sender.send(probe));
  const large = "x".repeat(2 * 1024 * 1024);
  sender.send(large);
  assert.equal((await sender.next()) === large, true);
});

process_test("text that is no UTF-8 ends a raw client with 1007, and nobody gets it", async (scope) => {
  const cluster = await Cluster.start(scope);
  const [sender, listener] = await WsClient.open_many(scope, cluster.url(), 2);
  await wait_until_all_hear([sender, listener], (probe) => listener.send(probe));
  sender.socket.send(Buffer.of(0xff, 0xfe), { binary: false });
  assert.equal((await sender.wait_for_close()).code, 1007);
  listener.send("after");
  assert.equal(await listener.next(), "after");
});
