// A worker that dies or hangs: only its own clients notice, its queued connections are served by its successor on the
// same listeners, and the rest of the cluster learns of its clients' end exactly once.
import assert from "node:assert/strict";

import { heard_from, wait_until_all_hear } from "../support/audience.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("kill -9 of a worker drops only its own clients and loses no connection", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  cluster.expect_worker_deaths();
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  const clients = await WsClient.open_many(scope, cluster.url(), 40);
  await wait_until_all_hear(clients, (probe) => redis.publish("new_message", probe));
  const victim = (await cluster.wait_for_clients(40)).workers[0];

  const flow = await start_flow(scope, redis);
  const arrivals = start_arrivals(scope, cluster, 500);
  const killed_at = performance.now();
  signal_process(victim.pid, "SIGKILL");
  await wait_for_successor(cluster, victim);
  scope.t.diagnostic(`successor seen after ${Math.round(performance.now() - killed_at)} ms`);
  const newcomers = await arrivals.stop();
  const sent = await flow.stop();

  const dropped = clients.filter((client) => !client.is_open);
  const survivors = clients.filter((client) => client.is_open);
  assert.equal(dropped.length, victim.clients);
  expect_no_loss_after(newcomers, killed_at);
  await Promise.all(survivors.map((client) => client.wait_for(sent.at(-1))));
  for (const client of survivors) assert.deepEqual(heard_from(client, "flow"), sent);
  await Promise.all(newcomers.filter((client) => client.is_open).map((client) => client.close()));
  await Promise.all(survivors.map((client) => client.close()));
  await expect_each_closed_once(watcher, cluster, redis);
});

// Publishes numbered messages until it is told to stop; returns what it has sent.
async function start_flow(scope, redis) {
  const publisher = await redis.client();
  const sent = [];
  let last_answer;
  const timer = setInterval(() => {
    sent.push(`flow:${sent.length}`);
    last_answer = publisher.command("PUBLISH", "new_message", sent.at(-1));
  }, 2);
  scope.defer(() => clearInterval(timer));
  return { stop: () => (clearInterval(timer), last_answer.then(() => sent)) };
}

// Opens connections at a rate until it is told to stop; each of them ends up open or with `failed` set.
function start_arrivals(scope, cluster, per_second) {
  const arriving = [];
  const timer = setInterval(() => {
    for (let i = 0; i < per_second / 50; i++) {
      const client = new WsClient(scope, cluster.url(), {});
      client.started_at = performance.now();
      arriving.push(client.opened.then(() => client, (error) => Object.assign(client, { failed: error })));
    }
  }, 20);
  scope.defer(() => clearInterval(timer));
  return { stop: () => (clearInterval(timer), Promise.all(arriving)) };
}

// The dying worker may take with it what it had accepted; whoever came when it was dead must have been served.
function expect_no_loss_after(newcomers, killed_at) {
  const certainly_dead = killed_at + 100;
  for (const { failed, started_at } of newcomers.filter((client) => client.failed)) {
    assert.notEqual(failed.code, "ECONNREFUSED");
    assert.ok(started_at < certainly_dead, `lost ${Math.round(started_at - killed_at)} ms after the kill: ${failed}`);
  }
}

async function wait_for_successor(cluster, victim) {
  await cluster.wait_for_status(`slot ${victim.slot} has a successor`, ({ workers }) => {
    const now = workers.find(({ slot }) => slot === victim.slot);
    return now.pid !== victim.pid && now.state === "running";
  });
}

// Stops the node, so that nothing more can come, and compares the two channels.
async function expect_each_closed_once(watcher, cluster, redis) {
  const opened = watcher.texts_of("new_connection");
  await watcher.wait_for_texts("connection_closed", opened.length);
  await cluster.stop();
  await redis.publish("connection_closed", "last");
  await wait_until("the last message arrives", 20_000, () => watcher.texts_of("connection_closed").includes("last"));
  const announced = [...watcher.texts_of("new_connection"), "last"];
  assert.deepEqual(watcher.texts_of("connection_closed").sort(), announced.sort());
}

process_test("connections queued at a dead worker are served by its successor without a reset", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=1"] });
  cluster.expect_worker_deaths();
  const { pid, slot } = await cluster.worker(0);
  // A frozen worker accepts nothing: the connections are in the kernel's queue when it dies.
  signal_process(pid, "SIGSTOP");
  const waiting = Array.from({ length: 200 }, () => new WsClient(scope, cluster.url(), {}));
  await wait_until("every connection is queued", 20_000, () =>
    waiting.every(({ socket }) => socket._req?.socket?.readyState === "open"));
  signal_process(pid, "SIGKILL");
  await wait_for_successor(cluster, { pid, slot });
  await Promise.all(waiting.map((client) => client.opened));
});

process_test("a successor listens on the same port and counts as a restart with an obituary", async (scope) => {
  const cluster = await Cluster.start(scope);
  cluster.expect_worker_deaths();
  const victim = await cluster.worker(1);
  assert.equal(victim.restarts, 0);
  signal_process(victim.pid, "SIGKILL");
  await wait_for_successor(cluster, victim);
  const successor = await cluster.worker(1);
  assert.equal(successor.restarts, 1);
  assert.match(JSON.stringify(successor.last_obituary), /SIGKILL|signal 9/);
  const other = await cluster.worker(0);
  assert.equal(other.restarts, 0);
  const clients = await WsClient.open_many(scope, cluster.url(), 20);
  await wait_until_all_hear(clients, (probe) => clients[0].send(probe));
});

process_test("a worker that hangs is killed and replaced", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  cluster.expect_worker_deaths();
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  const clients = await WsClient.open_many(scope, cluster.url(), 20);
  const victim = (await cluster.wait_for_clients(20)).workers[0];
  await watcher.wait_for_texts("new_connection", 20);
  signal_process(victim.pid, "SIGSTOP");
  await wait_for_successor(cluster, victim);
  await watcher.wait_for_texts("connection_closed", victim.clients);
  const survivors = clients.filter((client) => client.is_open);
  assert.equal(survivors.length, 20 - victim.clients);
  await Promise.all(survivors.map((client) => client.close()));
  await expect_each_closed_once(watcher, cluster, redis);
});

process_test("the only worker of a node announces the clients of its dead predecessor", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url, flags: ["--workers=1"] });
  cluster.expect_worker_deaths();
  const watcher = await redis.subscriber("new_connection", "connection_closed");
  await WsClient.open_many(scope, cluster.url(), 10);
  await watcher.wait_for_texts("new_connection", 10);
  signal_process((await cluster.worker(0)).pid, "SIGKILL");
  await expect_each_closed_once(watcher, cluster, redis);
});

process_test("a worker that crashes again and again is always replaced", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--workers=1"] });
  cluster.expect_worker_deaths();
  for (let round = 0; round < 4; round++) {
    const victim = await cluster.worker(0);
    signal_process(victim.pid, "SIGKILL");
    await wait_for_successor(cluster, victim);
    await (await WsClient.open(scope, cluster.url())).close();
  }
});
