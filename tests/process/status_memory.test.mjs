// `belfry status --memory`: what the workers' memory is used for.
import assert from "node:assert/strict";

import { run_belfry, runs_under_sanitizer } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { TlsNode } from "../support/tls_node.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

function memory(scope, node, ...flags) {
  return run_belfry(scope, ["status", "--memory", `--runtime-dir=${node.runtime_dir}`, ...flags]);
}

async function kinds(scope, node) {
  const { code, stdout } = await memory(scope, node, "--json");
  assert.equal(code, 0);
  return stdout.trim().split("\n").map((line) => JSON.parse(line)).sort((a, b) => a.worker - b.worker);
}

process_test("status --memory explains the resident memory by kind, within a tenth", async (scope) => {
  const node = await Cluster.start(scope, { flags: ["--workers=2"] });
  await WsClient.open_many(scope, node.url(), 1000);
  for (let i = 0; i < 50; ++i) {
    const client = await PusherWs.open(scope, node);
    await client.subscribe(`presence-${i % 5}`, { user_id: `user-${i}` });
    await client.sign_in({ id: `user-${i}`, watchlist: ["user-1", "user-2"] });
  }
  await node.wait_for_clients(1050);
  const workers = await kinds(scope, node);
  assert.deepEqual(workers.map(({ worker }) => worker), [0, 1]);
  for (const { resident_bytes, kinds: by_kind } of workers) {
    for (const kind of ["program", "connections", "channels", "presence", "redis", "tables"]) assert.ok(by_kind[kind] > 0, kind);
    if (runs_under_sanitizer) continue;
    const explained = Object.values(by_kind).reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(Math.abs(explained / resident_bytes - 1) < 0.1, `${explained} of ${resident_bytes} bytes are explained`);
  }
  const { code, stdout } = await memory(scope, node);
  assert.equal(code, 0);
  assert.match(stdout, /^connections +\S+ +\d+ /m);
  assert.match(stdout, /in 2 workers with 1050 clients/);
});

process_test("what OpenSSL holds for clients over TLS is explained, and given back", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ["--workers=1"] });
  const [before] = await kinds(scope, node.cluster);
  const clients = await Promise.all(Array.from({ length: 300 }, () => node.open(scope, "/")));
  await node.cluster.wait_for_clients(300);
  const [{ resident_bytes, kinds: held }] = await kinds(scope, node.cluster);
  const each = (held.tls - before.kinds.tls) / 300;
  assert.ok(each > 5_000 && each < 30_000, `${each} bytes a connection`);
  assert.equal(held.unsent, 0);
  if (!runs_under_sanitizer) {
    const explained = Object.values(held).reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(Math.abs(explained / resident_bytes - 1) < 0.1, `${explained} of ${resident_bytes} bytes are explained`);
  }
  await Promise.all(clients.map((client) => client.close()));
  await wait_until("nothing is held for them any more", 20_000, async () =>
    (await kinds(scope, node.cluster))[0].kinds.tls < before.kinds.tls + 300_000);
});
