// The HTTP API of Pusher as back ends that are no SDK may call it: signatures, limits, what is wrong is named.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, PusherClient, make_sdk } from "../support/pusher.mjs";
import { Redis } from "../support/redis.mjs";
import { params_for, post, request, sign } from "../support/signed_request.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";

const EVENT = { name: "e", channels: ["c"], data: "{}" };

process_test("a signed event is answered with 200 and {}, over one connection", async (scope) => {
  const cluster = await Cluster.start(scope);
  for (let n = 0; n < 20; ++n) {
    const { headers, ...answer } = await post(cluster, EVENT);
    assert.deepEqual(answer, { status: 200, body: {}, reused: n > 0 });
    assert.match(headers["content-type"], /^application\/json/);
  }
  assert.equal((await post(cluster, { batch: [{ name: "a", channel: "c", data: "1" }, { name: "b", channel: "d", data: "2" }] },
    { path: `/apps/${APP.id}/batch_events` })).status, 200);
});

process_test("a wrong signature, key, time or body is 401, and an unknown app cannot be told from it", async (scope) => {
  const cluster = await Cluster.start(scope);
  const path = `/apps/${APP.id}/events`;
  const body = JSON.stringify(EVENT);
  const params = params_for(body);  // of the same second: the answers show it
  const wrong_secret = await request(cluster, { path, body, query: sign("POST", path, params, "wrong") });
  assert.equal(wrong_secret.status, 401);
  assert.equal((await post(cluster, EVENT, { auth_key: "other" })).status, 401);
  assert.equal((await post(cluster, EVENT, { body_md5: "0".repeat(32) })).status, 401);
  const unknown = `/apps/nobody/events`;
  const unknown_app = await request(cluster, { path: unknown, body, query: sign("POST", unknown, params) });
  assert.equal(unknown_app.status, 401);
  assert.equal(unknown_app.body.error.replace("/apps/nobody/", `/apps/${APP.id}/`), wrong_secret.body.error);
  assert.equal((await request(cluster, { path, body })).status, 401);
  const stale = await post(cluster, EVENT, { auth_timestamp: Math.floor(Date.now() / 1000) - 700 });
  assert.equal(stale.status, 401);
  assert.match(stale.body.error, /700|70\d|600/);
});

process_test("during a rotation both key pairs are accepted", async (scope) => {
  const config = join(make_temp_dir(scope), "belfry.toml");
  writeFileSync(config, `[[app]]\nid = "${APP.id}"\nkey = "new-key"\nsecret = "new-secret"\n` +
    `previous_key = "${APP.key}"\nprevious_secret = "${APP.secret}"\n`);
  const cluster = await Cluster.start(scope, { flags: [`--config=${config}`] });
  const clients = await Promise.all([APP.key, "new-key"].map((key) => PusherClient.open(scope, cluster, { key })));
  await Promise.all(clients.map((client) => client.subscribe("orders")));
  await clients[0].subscribe("private-orders");
  assert.equal((await post(cluster, EVENT)).status, 200);
  const path = `/apps/${APP.id}/events`;
  const body = JSON.stringify(EVENT);
  const query = sign("POST", path, params_for(body, { auth_key: "new-key" }), "new-secret");
  assert.equal((await request(cluster, { path, body, query })).status, 200);
});

process_test("each limit and each broken body has its status, and the sentence names what is wrong", async (scope) => {
  const cluster = await Cluster.start(scope);
  const cases = [
    ["{", 400, /JSON/i],
    [{ ...EVENT, name: undefined }, 400, /name/],
    [{ ...EVENT, name: "x".repeat(201) }, 400, /name/],
    [{ ...EVENT, data: { not: "a string" } }, 400, /data/],
    [{ ...EVENT, data: "x".repeat(10 * 1024 + 1) }, 413, /data/],
    [{ ...EVENT, channels: [] }, 400, /channels/],
    [{ ...EVENT, channels: Array.from({ length: 101 }, (_, n) => `c${n}`) }, 400, /channels/],
    [{ ...EVENT, channels: ["bad name"] }, 400, /bad name|channel/],
    [{ ...EVENT, socket_id: "nonsense" }, 400, /socket_id/],
    ["[".repeat(10_000), 400, /JSON/i],
  ];
  for (const [content, status, pattern] of cases) {
    const answer = await post(cluster, content);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(answer.body.error, pattern);
  }
  const path = `/apps/${APP.id}/batch_events`;
  const batch = Array.from({ length: 11 }, () => ({ name: "e", channel: "c", data: "" }));
  assert.equal((await post(cluster, { batch }, { path })).status, 400);
  assert.equal((await post(cluster, EVENT)).status, 200);
});

process_test("a body above all limits is refused before it is read", async (scope) => {
  const cluster = await Cluster.start(scope);
  const answer = await request(cluster, { path: `/apps/${APP.id}/events`, body: "x".repeat(17 * 1024 * 1024) });
  assert.equal(answer.status, 413);
});

process_test("without Redis a trigger is answered with 503 and why", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  assert.equal((await post(cluster, EVENT)).status, 200);
  await redis.kill();
  const answer = await post(cluster, EVENT);
  assert.equal(answer.status, 503);
  assert.match(answer.body.error, /published/);
});

process_test("path_prefix is accepted in front of both paths, beside the bare ones", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--path-prefix=/belfry"] });
  const client = await PusherClient.open(scope, cluster, { wsPath: "/belfry" });
  const bare = await PusherClient.open(scope, cluster);
  const subscriptions = await Promise.all([client, bare].map((one) => one.subscribe("orders")));
  const event = { name: "e", channels: ["orders"], data: "1" };
  assert.equal((await post(cluster, event, { path: `/belfry/apps/${APP.id}/events` })).status, 200);
  // The PHP SDK signs the path without the prefix that it sends.
  const path = `/apps/${APP.id}/events`;
  const body = JSON.stringify(event);
  assert.equal((await request(cluster, { path: `/belfry${path}`, body, query: sign("POST", path, params_for(body)) })).status, 200);
  await make_sdk(cluster).trigger("orders", "e", 1);
  for (const subscription of subscriptions) assert.equal((await subscription.gets(3)).length, 3);
});
