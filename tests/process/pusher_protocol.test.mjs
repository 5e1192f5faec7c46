// The Pusher protocol to the byte, as a client that is no SDK sees it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { Redis } from "../support/redis.mjs";
import { WsClient } from "../support/ws_client.mjs";

function open(scope, cluster, query = "?protocol=7&client=js&version=8.6.0", key = APP.key) {
  return WsClient.open(scope, cluster.url(`/app/${key}${query}`));
}

async function open_established(scope, cluster) {
  const client = await open(scope, cluster);
  const { socket_id } = JSON.parse(JSON.parse(await client.next()).data);
  return Object.assign(client, { socket_id });
}

function auth(text) {
  return `${APP.key}:${createHmac("sha256", APP.secret).update(text).digest("hex")}`;
}

async function ask(client, message) {
  client.send(typeof message === "string" ? message : JSON.stringify(message));
  return next(client);
}

// How many subscribe is told whenever it changes; what these tests look at is something else.
async function next(client) {
  for (;;) {
    const text = await client.next();
    if (!text.includes("pusher_internal:subscription_count")) return text;
  }
}

process_test("the first message is connection_established, with its data as a string", async (scope) => {
  const cluster = await Cluster.start(scope);
  const text = await (await open(scope, cluster)).next();
  assert.match(text, /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"\d+\.\d+\\",\\"activity_timeout\\":120\}"\}$/);
});

process_test("who is refused is told so in an error and a close with the same code", async (scope) => {
  const cluster = await Cluster.start(scope);
  const cases = [
    ["?protocol=7", "no-such-key", 4001],
    ["", APP.key, 4008],
    ["?protocol=3", APP.key, 4007],
    ["?protocol=8", APP.key, 4007],
    ["?protocol=seven", APP.key, 4007],
    ["?protocol=7&version=!", APP.key, 4006],
    ["?protocol=7", "a/b", 4005],
  ];
  for (const [query, key, code] of cases) {
    const client = await open(scope, cluster, query, key);
    const error = JSON.parse(await client.next());
    assert.equal(error.event, "pusher:error");
    assert.equal(error.data.code, code);
    assert.equal((await client.wait_for_close()).code, code);
  }
});

process_test("protocols 4 to 7 are accepted, unknown parameters ignored", async (scope) => {
  const cluster = await Cluster.start(scope);
  for (const query of ["?protocol=4", "?protocol=5&flash=false", "?protocol=6&x=y", "?protocol=7&version=7.0.0-beta"]) {
    assert.match(await (await open(scope, cluster, query)).next(), /connection_established/);
  }
});

process_test("answers have the documented bytes", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await open_established(scope, cluster);
  assert.equal(await ask(client, { event: "pusher:ping", data: {} }), '{"event":"pusher:pong","data":"{}"}');
  assert.equal(await ask(client, { event: "pusher:subscribe", data: { channel: "orders", auth: "" } }),
    '{"event":"pusher_internal:subscription_succeeded","channel":"orders","data":"{}"}');
  assert.equal(await ask(client, { event: "pusher:subscribe", data: { channel: "orders" } }),
    '{"event":"pusher:error","data":{"message":"Existing subscription to channel orders","code":null}}');
  const channel = "private-orders.1";
  assert.equal(await ask(client, { event: "pusher:subscribe",
    data: { channel, auth: auth(`${client.socket_id}:${channel}`), channel_data: null } }),
  `{"event":"pusher_internal:subscription_succeeded","channel":"${channel}","data":"{}"}`);
});

process_test("a client event keeps the form that its sender gave it", async (scope) => {
  const cluster = await Cluster.start(scope);
  const [sender, receiver] = await Promise.all([1, 2].map(() => open_established(scope, cluster)));
  for (const client of [sender, receiver]) {
    await ask(client, { event: "pusher:subscribe", data: { channel: "private-c", auth: auth(`${client.socket_id}:private-c`) } });
  }
  for (const data of ['{"n": 1.50, "big":12345678901234567890}', '"{\\"a\\":1}"', "[ 1 ]", '"\\u00fc\\/"']) {
    sender.send(`{"event":"client-x","channel":"private-c","data":${data}}`);
    assert.equal(await next(receiver), `{"event":"client-x","channel":"private-c","data":${data}}`);
  }
});

process_test("while Redis is away the sender of a client event is told that it was not sent", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=1"] });
  const client = await open_established(scope, cluster);
  await ask(client, { event: "pusher:subscribe", data: { channel: "private-c", auth: auth(`${client.socket_id}:private-c`) } });
  await redis.kill();
  await cluster.wait_for_status("Redis is away", (status) => status.redis.state !== "connected");
  assert.match(await ask(client, { event: "client-x", channel: "private-c", data: {} }), /"pusher:error".*not sent/);
});

process_test("what is malformed is answered with an error and the connection is kept", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await open_established(scope, cluster);
  const malformed = ["", "{", "[]", "1", '"text"', "{}", '{"event":1}', '{"event":"pusher:subscribe"}',
    '{"event":"pusher:subscribe","data":{}}', '{"event":"pusher:subscribe","data":{"channel":7}}',
    '{"event":"pusher:subscribe","data":{"channel":""}}', '{"event":"pusher:subscribe","data":{"channel":"a b"}}',
    '{"event":"pusher:unknown","data":{}}', `{"event":"x","data":${"[".repeat(500)}${"]".repeat(500)}}`,
    '{"event":"pusher:signin","data":{}}'];
  for (const text of malformed) {
    client.send(text);
    const answers = [JSON.parse(await client.next())];
    while (answers.at(-1).event !== "pusher:error") answers.push(JSON.parse(await client.next()));
    assert.equal(answers.at(-1).data.code, null, text);
    assert.notEqual(answers.at(-1).data.message, "");
  }
  assert.match(await ask(client, { event: "pusher:ping" }), /pusher:pong/);
});

process_test("a flood of malformed messages is closed with 1008, binary with 1003", async (scope) => {
  const cluster = await Cluster.start(scope);
  const flooding = await open_established(scope, cluster);
  for (let n = 0; n < 500; ++n) flooding.send("nonsense");
  assert.equal((await flooding.wait_for_close()).code, 1008);
  const binary = await open_established(scope, cluster);
  binary.send(Buffer.from([1, 2, 3]));
  assert.equal((await binary.wait_for_close()).code, 1003);
});

process_test("a failed sign-in is an error and a close with 4009", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await open_established(scope, cluster);
  const answer = JSON.parse(await ask(client, { event: "pusher:signin", data: { auth: auth("something else"), user_data: '{"id":"1"}' } }));
  assert.deepEqual([answer.event, answer.data.code], ["pusher:error", 4009]);
  assert.equal((await client.wait_for_close()).code, 4009);
});

process_test("when the server stops Pusher clients are closed with 4200", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await open_established(scope, cluster);
  await cluster.stop();
  assert.equal((await client.wait_for_close()).code, 4200);
});

process_test("subscriptions wait for a Redis that is away, and are done in order when it is there", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const client = await open_established(scope, cluster);
  await redis.kill();
  await cluster.wait_for_status("Redis is away", (status) => status.redis.state !== "connected");
  for (const event of ["pusher:subscribe", "pusher:unsubscribe", "pusher:subscribe"]) {
    client.send(JSON.stringify({ event, data: { channel: "orders" } }));
  }
  assert.match(await ask(client, { event: "pusher:ping" }), /pusher:pong/);
  await redis.start();
  assert.match(await next(client), /subscription_succeeded/);
  assert.match(await next(client), /subscription_succeeded/);
});
