// Redis carries the messages and nothing else: anybody may publish on new_message and listen to it, without belfry.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { wait_until_all_hear } from "../support/audience.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("what is published on new_message from outside reaches every client of every node once", async (scope) => {
  const redis = await Redis.start(scope);
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url })));
  const clients = (await Promise.all(nodes.map((node) => WsClient.open_many(scope, node.url(), 10)))).flat();
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));

  publish_with_cli(redis, "new_message", "hello");
  await redis.publish("new_message", "and again");
  for (const client of clients) {
    assert.equal(await client.next(), "hello");
    assert.equal(await client.next(), "and again");
  }
});

function publish_with_cli(redis, channel, payload) {
  const program = ["redis-cli", "valkey-cli"].find((name) => spawnSync(name, ["--version"]).status === 0);
  const { status, stderr } = spawnSync(program, ["-s", redis.socket_path, "PUBLISH", channel, payload]);
  assert.equal(status, 0, `${program}: ${stderr}`);
}

process_test("a client's message is published on new_message as it was sent and with nothing else", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const watcher = await redis.subscriber("new_message");
  const client = await WsClient.open(scope, cluster.url());
  const payloads = ['{"text": "with  two spaces"}', "Grüße 👋", Buffer.from([0, 255, 13, 10, 128]), ""];
  for (const payload of payloads) client.send(payload);
  await watcher.wait_for_texts("new_message", payloads.length);
  assert.deepEqual(watcher.messages.map(({ payload }) => payload), payloads.map((payload) => Buffer.from(payload)));
});

process_test("valid UTF-8 arrives as text and everything else as binary", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));

  const not_utf8 = [
    [0xff, 0xfe],                    // bytes that UTF-8 never has
    [0x68, 0xc3],                    // a sequence cut short
    [0xc0, 0xaf],                    // an overlong form
    [0xed, 0xa0, 0x80],              // a surrogate
    [0xf4, 0x90, 0x80, 0x80],        // above U+10FFFF
  ].map((bytes) => Buffer.from(bytes));
  const utf8 = ["κόσμε", "\u{10ffff}", "nul \0 inside"];
  for (const payload of [...not_utf8, ...utf8]) await redis.publish("new_message", payload);
  for (const payload of [...not_utf8, ...utf8]) assert.deepEqual(await client.next(), payload);
});

process_test("a message of 1 MiB published from outside arrives whole", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => redis.publish("new_message", probe));
  const payload = "x".repeat(1024 * 1024);
  await redis.publish("new_message", payload);
  assert.equal((await client.next()) === payload, true);
});
