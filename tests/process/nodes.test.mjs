// The registry of nodes in Redis, and GET /instance, which chooses one of them for a client.
import assert from "node:assert/strict";
import http from "node:http";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const DEADLINE_MS = 30_000;

// `count` nodes on one Redis, once each knows of all of them.
async function start_nodes(scope, count, options = {}) {
  const redis = await Redis.start(scope);
  const nodes = await Promise.all(Array.from({ length: count }, () =>
    Cluster.start(scope, { redis_url: redis.url, ...options })));
  await wait_until(`${count} nodes are known and take clients`, DEADLINE_MS, async () => {
    const rows = await rows_of(scope, nodes[0]);
    return rows.length === count && rows.every(({ state }) => state === "running");
  });
  return { redis, nodes };
}

async function rows_of(scope, node) {
  const { code, stdout, output } = await run_belfry(scope, ["nodes", "--json", `--runtime-dir=${node.runtime_dir}`]);
  assert.equal(code, 0, output);
  return stdout.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

function ask(node, { query = "", from = "127.0.0.1", headers = {}, method = "GET", path = "/instance" } = {}) {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: node.port, path: path + query, localAddress: from, headers, method, agent: false };
    http.request(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => (text += piece));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: text && JSON.parse(text) }));
    }).on("error", reject).end();
  });
}

const address_of = (node) => `127.0.0.1:${node.port}`;

async function choices(node, policy, addresses) {
  const answers = await Promise.all(addresses.map((from) => ask(node, { query: `?policy=${policy}`, from })));
  return answers.map(({ status, body }) => (assert.equal(status, 200, JSON.stringify(body)), body.instance));
}

const sources = (count) => Array.from({ length: count }, (_, i) => `127.0.0.${i + 2}`);
const count_of = (list) => Object.fromEntries([...new Set(list)].map((one) => [one, list.filter((x) => x === one).length]));

process_test("nodes know of each other: address, state, clients, room, version", async (scope) => {
  const { nodes } = await start_nodes(scope, 2);
  await WsClient.open_many(scope, nodes[1].url(), 7);
  const rows = await wait_until("the clients are announced", DEADLINE_MS, async () => {
    const all = await rows_of(scope, nodes[0]);
    return all.some(({ clients }) => clients === 7) && all;
  });
  const row = rows.find(({ clients }) => clients === 7);
  const { node, version, capacity } = await nodes[1].status();
  assert.deepEqual(row, { id: node, addresses: [address_of(nodes[1])], agent: row.agent, state: "running", clients: 7, capacity, version });
  const { stdout } = await run_belfry(scope, ["nodes", `--runtime-dir=${nodes[0].runtime_dir}`]);
  for (const { port } of nodes) assert.match(stdout, new RegExp(`^127\\.0\\.0\\.1:${port} +running +[07] +\\d+ `, "m"));
});

process_test("advertise is what others are told", async (scope) => {
  const node = await Cluster.start(scope, { flags: ["--advertise=ws1.example.com:443"] });
  const [row] = await wait_until("the node is announced", DEADLINE_MS, async () => {
    const rows = await rows_of(scope, node);
    return rows.length === 1 && rows;
  });
  assert.deepEqual(row.addresses, ["ws1.example.com:443"]);
});

process_test("a node that stops is gone at once, one that drains says so, one that is killed is gone soon", async (scope) => {
  const { nodes: [first, second, third, fourth, fifth] } = await start_nodes(scope, 5, { flags: ["--drain-delay=60s", "--workers=1"] });
  await second.stop();
  await third.ask("drain 60s");
  await fourth.kill_node();
  await fifth.kill_supervisor(); // its workers withdraw it
  await wait_until("one runs, one drains, three are gone", DEADLINE_MS, async () => {
    const rows = await rows_of(scope, first);
    return rows.length === 2 && rows.find(({ state }) => state === "draining")?.addresses[0] === address_of(third);
  });
  const chosen = await choices(first, "round-robin", Array(10).fill("127.0.0.1"));
  assert.deepEqual(count_of(chosen), { [address_of(first)]: 10 });
  await third.stop({ signal: "SIGINT" });
});

process_test("round-robin gives each node its turn", async (scope) => {
  const { nodes } = await start_nodes(scope, 3, { flags: ["--workers=1"] });
  const chosen = await choices(nodes[0], "round-robin", Array(30).fill("127.0.0.1"));
  assert.deepEqual(count_of(chosen), Object.fromEntries(nodes.map((node) => [address_of(node), 10])));
  assert.equal((await ask(nodes[0])).status, 200, "it is the default");
});

process_test("least-connections fills the emptiest node, also when many ask before anybody has come", async (scope) => {
  const { nodes } = await start_nodes(scope, 2, { flags: ["--workers=1"] });
  await WsClient.open_many(scope, nodes[0].url(), 20);
  await wait_until("its clients are announced", DEADLINE_MS, async () =>
    (await rows_of(scope, nodes[1])).some(({ clients }) => clients === 20));
  await wait_until("the list at hand has them too", DEADLINE_MS, async () =>
    (await choices(nodes[1], "least-connections", ["127.0.0.1"]))[0] === address_of(nodes[1]));
  const chosen = await choices(nodes[1], "least-connections", Array(60).fill("127.0.0.1"));
  const counts = count_of(chosen);
  assert.ok(counts[address_of(nodes[1])] >= 30 && counts[address_of(nodes[0])] >= 10, JSON.stringify(counts));
});

process_test("ip-hash: every worker of every node gives an address the same node, and only a dead one's clients move", async (scope) => {
  const { nodes } = await start_nodes(scope, 4);
  const [first, second, third] = nodes;
  const before = await choices(first, "ip-hash", sources(100));
  assert.deepEqual(await choices(first, "ip-hash", sources(100)), before);
  assert.deepEqual(await choices(second, "ip-hash", sources(100)), before);
  assert.equal(Object.keys(count_of(before)).length, 4, JSON.stringify(count_of(before)));
  const dead = address_of(third);
  await third.kill_node();
  await wait_until("nobody is sent there any more", DEADLINE_MS, async () =>
    !(await choices(first, "ip-hash", sources(100))).includes(dead));
  for (const policy of ["round-robin", "least-connections"])
    assert.ok(!(await choices(second, policy, sources(100))).includes(dead), policy);
  const after = await choices(first, "ip-hash", sources(100));
  before.forEach((node, i) => (node === dead ? assert.notEqual(after[i], dead) : assert.equal(after[i], node)));
});

process_test("while Redis is away, /instance goes by what it knew", async (scope) => {
  const { redis, nodes } = await start_nodes(scope, 2, { flags: ["--workers=1"] });
  const before = await choices(nodes[0], "ip-hash", sources(20));
  await redis.kill();
  await nodes[0].wait_for_status("Redis is away", (status) => status.redis.state === "away");
  assert.deepEqual(await choices(nodes[0], "ip-hash", sources(20)), before);
});

process_test("before Redis was ever reached, /instance says that it does not know, and nodes that Redis cannot be reached", async (scope) => {
  const node = await Cluster.start(scope, { redis_url: "unix:///tmp/no-redis-here.sock", wait_for: "workers" });
  const { status, body } = await ask(node);
  assert.equal(status, 503);
  assert.match(body.error, /which nodes there are is not known: Redis cannot be reached/);
  const { code, output } = await run_belfry(scope, ["nodes", `--runtime-dir=${node.runtime_dir}`]);
  assert.equal(code, 69, output);
  assert.match(output, /nodes: Redis cannot be reached/);
});

process_test("/instance refuses other policies and methods, and is off without a path", async (scope) => {
  const node = await Cluster.start(scope);
  const unknown = await ask(node, { query: "?policy=fastest" });
  assert.equal(unknown.status, 400);
  assert.match(unknown.body.error, /round-robin, ip-hash and least-connections/);
  assert.equal(unknown.headers["access-control-allow-origin"], "*");
  const posted = await ask(node, { method: "POST" });
  assert.equal(posted.status, 405);
  assert.equal(posted.headers.allow, "GET, HEAD, OPTIONS");
  const without = await Cluster.start(scope, { flags: ["--instance-path="] });
  assert.equal((await ask(without)).status, 404);
  const elsewhere = await Cluster.start(scope, { flags: ["--instance-path=/node"] });
  await wait_until("it answers elsewhere", DEADLINE_MS, async () => (await ask(elsewhere, { path: "/node" })).status === 200);
});

process_test("/instance tells browsers which pages may read it", async (scope) => {
  const open = await Cluster.start(scope);
  assert.equal((await ask(open, { headers: { origin: "https://a.example" } })).headers["access-control-allow-origin"], "*");
  assert.equal((await ask(open, { method: "OPTIONS" })).headers["access-control-allow-methods"], "GET, HEAD");
  const some = await Cluster.start(scope, { flags: ["--instance-allowed-origins=https://a.example,https://b.example"] });
  const allowed = (origin) => ask(some, { headers: { origin } }).then(({ headers }) => headers["access-control-allow-origin"]);
  assert.equal(await allowed("https://b.example"), "https://b.example");
  assert.equal(await allowed("https://c.example"), undefined);
});

process_test("a worker that hangs does not take its node out of the registry", async (scope) => {
  const { nodes: [first, second] } = await start_nodes(scope, 2, { flags: ["--debug-commands=true"] });
  first.expect_worker_deaths();
  await first.ask("debug hang 0");
  const known = []; // how many nodes, at each look
  await wait_until("the worker has been replaced", DEADLINE_MS, async () => {
    known.push((await rows_of(scope, second)).length);
    return (await first.worker(0)).restarts === 1;
  });
  assert.deepEqual(new Set(known), new Set([2]));
});

process_test("as many addresses are announced as there is room for", async (scope) => {
  const host = `${"a".repeat(240)}.example.com`;
  const ports = Array.from({ length: 40 }, (_, i) => `--listen=127.0.${i}.1:0`);
  const refused = await run_belfry(scope, ["check", `--advertise=${"a".repeat(254)}:9000`]);
  assert.equal(refused.code, 78, refused.output);
  assert.match(refused.output, /more than 253 bytes/);
  const node = await Cluster.start(scope, { flags: [...ports, `--advertise=${host}:9000`] });
  await wait_until("it is announced", DEADLINE_MS, async () => (await rows_of(scope, node)).length === 1);
});
