// /up and /ready, for balancers and orchestrators.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { free_port } from "../support/free_port.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";

const get = (cluster, path) => fetch(`http://127.0.0.1:${cluster.port}${path}`, { headers: { connection: "close" } });

// The kernel picks the worker of each request: the answer counts as given once several requests in a row have it.
async function wait_for_answer(cluster, path, status) {
  await wait_until(`${path} answers ${status}`, 40_000, async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => get(cluster, path)));
    return answers.every((answer) => answer.status === status);
  });
}

process_test("/up answers 200 with a JSON body, whatever Redis does", async (scope) => {
  const url = `redis://127.0.0.1:${await free_port()}`;
  const cluster = await Cluster.start(scope, { redis_url: url, wait_for: "workers" });
  const answer = await get(cluster, "/up");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^application\/json/);
  assert.equal(await answer.text(), '{"health":"OK"}');
});

process_test("/ready answers 503 until the first connection to Redis and 200 from then on", async (scope) => {
  const redis = new Redis(scope, 0, "");
  const cluster = await Cluster.start(scope, { redis_url: redis.url, wait_for: "workers" });
  await wait_for_answer(cluster, "/ready", 503);
  await redis.start();
  await cluster.wait_for_redis();
  await wait_for_answer(cluster, "/ready", 200);
});

process_test("/ready stays 200 within redis.ready_grace and turns 503 behind it", async (scope) => {
  const redis = await Redis.start(scope);
  const patient = await Cluster.start(scope, { redis_url: redis.url });
  const strict = await Cluster.start(scope, { redis_url: redis.url, flags: ["--redis-ready-grace=1s"] });
  await redis.kill();
  await wait_for_answer(strict, "/ready", 503);
  assert.equal((await get(patient, "/ready")).status, 200);
  assert.equal((await get(strict, "/up")).status, 200);
  await redis.start();
  await wait_for_answer(strict, "/ready", 200);
});

process_test("an unknown path is 404 and an unknown method on /up is 405", async (scope) => {
  const cluster = await Cluster.start(scope);
  assert.equal((await get(cluster, "/nothing/here")).status, 404);
  const answer = await fetch(`http://127.0.0.1:${cluster.port}/up`, { method: "DELETE" });
  assert.equal(answer.status, 405);
  assert.match(answer.headers.get("allow"), /GET/);
});

process_test("HEAD of /up is GET without the body", async (scope) => {
  const cluster = await Cluster.start(scope);
  const answer = await fetch(`http://127.0.0.1:${cluster.port}/up`, { method: "HEAD" });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-length"), "15");
  assert.equal(await answer.text(), "");
});

process_test("with raw.enabled = false the raw path is 404", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--raw-enabled=false"] });
  assert.equal((await get(cluster, "/")).status, 404);
});

process_test("the echo path is 404 unless it is configured", async (scope) => {
  const cluster = await Cluster.start(scope);
  assert.equal((await get(cluster, "/echo")).status, 404);
});
