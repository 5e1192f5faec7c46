// The private Redis that a node runs when redis.url is not set.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";

import { wait_until_all_hear } from "../support/audience.mjs";
import { signal_process } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("kill -9 of the managed Redis: clients stay and the service recovers by itself", async (scope) => {
  const cluster = await Cluster.start(scope);
  const clients = await WsClient.open_many(scope, cluster.url(), 20);
  await wait_until_all_hear(clients, (probe) => clients[0].send(probe));
  const pids = await cluster.worker_pids();
  const killed = cluster.managed_redis_pid();
  signal_process(killed, "SIGKILL");
  await wait_until("the managed Redis is replaced", 30_000, () => cluster.managed_redis_pid() !== killed);
  await wait_until_all_hear(clients, (probe) => clients[0].send(probe));
  assert.deepEqual(await cluster.worker_pids(), pids);
  assert.ok(clients.every((client) => client.is_open));
});

process_test("the managed Redis keeps nothing on disk and listens on no port", async (scope) => {
  const cluster = await Cluster.start(scope);
  const pid = cluster.managed_redis_pid();
  const [command] = cluster.child.family().filter((member) => member.pid === pid).map(({ command }) => command);
  assert.match(command, /unixsocket|:0/);
  await cluster.stop();
  assert.throws(() => statSync(`${cluster.runtime_dir}/dump.rdb`), { code: "ENOENT" });
});

process_test("two nodes with managed Redis run side by side and do not hear each other", async (scope) => {
  const nodes = await Promise.all([1, 2].map(() => Cluster.start(scope)));
  const [first, second] = await Promise.all(nodes.map((node) => WsClient.open(scope, node.url())));
  await wait_until_all_hear([first], (probe) => first.send(probe));
  await wait_until_all_hear([second], (probe) => second.send(probe));
  first.send("mine");
  assert.equal(await first.next(), "mine");
  second.send("its own");
  assert.equal(await second.next(), "its own");
});

process_test("a runtime_dir with a space, a percent sign and a quote in its name works", async (scope) => {
  const cluster = await Cluster.start(scope, { runtime_dir: join(make_temp_dir(scope), "a b%20\"é") });
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => client.send(probe));
});
