// `belfry balancer`: real HAProxy and nginx in front of real nodes, with what it prints.
import assert from "node:assert/strict";

import { run_belfry } from "../support/belfry.mjs";
import { wait_until_all_hear } from "../support/audience.mjs";
import { BalancerProgram } from "../support/balancer_program.mjs";
import { make_certificate } from "../support/certificate.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, PusherClient } from "../support/pusher.mjs";
import { Redis } from "../support/redis.mjs";
import { post } from "../support/signed_request.mjs";
import { Tail } from "../support/tail.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const DEADLINE_MS = 30_000;
const PATH = `/app/${APP.key}?protocol=7&client=js&version=8.6.0`;
const FLAGS = ["--workers=1", "--listen=127.0.0.1:0", "--listen=127.0.0.1:0", "--trusted-proxies=127.0.0.0/8"];
const source = (n) => `127.0.0.${n + 10}`;

function wait_for_nodes(scope, node, count) {
  return wait_until(`${count} nodes are known`, DEADLINE_MS, async () => {
    const { stdout } = await run_belfry(scope, ["nodes", "--json", `--runtime-dir=${node.runtime_dir}`]);
    return stdout.split("\n").length === count + 1;
  });
}

// Nodes on one Redis that know of each other, and a balancer in front of them.
class Site {
  static async start(scope, name, flags = [], node_flags = []) {
    const site = new Site();
    site.scope = scope;
    site.tls = flags.some((flag) => flag.startsWith("--certificate="));
    site.redis = await Redis.start(scope);
    site.nodes = await Promise.all([1, 2].map(() => site.start_node(node_flags)));
    await wait_for_nodes(scope, site.nodes[0], 2);
    site.balancer = await BalancerProgram.start(scope, name, site.nodes[0], flags);
    return site;
  }

  start_node(flags) {
    return Cluster.start(this.scope, { redis_url: this.redis.url, flags: [...FLAGS, ...flags] });
  }

  // What happens at each node from now on.
  async watch() {
    this.tails = await Promise.all(this.nodes.map((node) => Tail.start(this.scope, node, `--app=${APP.key}`)));
  }

  // A client through the balancer: which node has it, from which address it came there, and the cookie that it got.
  async visit({ from = source(1), cookie } = {}) {
    const headers = cookie ? { cookie } : {};
    const url = this.balancer.url(PATH, this.tls ? "wss" : "ws");
    const client = await WsClient.open(this.scope, url, { localAddress: from, headers, rejectUnauthorized: false });
    const { socket_id } = JSON.parse(JSON.parse(await client.next()).data);
    const [node, connected] = await wait_until("a node has the client", DEADLINE_MS, () => {
      for (const [i, tail] of this.tails.entries())
        for (const happening of tail.happenings)
          if (happening.kind === "connected" && happening.socket_id === socket_id) return [i, happening];
      return undefined;
    });
    return { client, node, address: connected.client, cookie: client.headers["set-cookie"]?.[0].split(";")[0] };
  }

  // The nodes that clients with these options, one after the other, get to; each has gone before the next one comes.
  async nodes_of_visits(visits) {
    const nodes = [];
    for (const options of visits) {
      const { client, node } = await this.visit(options);
      await client.close();
      nodes.push(node);
    }
    return nodes;
  }
}

const repeated = (count, value) => Array.from({ length: count }, () => value);

// Only root can drop privileges and write where the distribution's nginx does.
function balancer_test(sentence, body) {
  for (const name of ["haproxy", "nginx"]) {
    process_test(`${name}: ${sentence}`, (scope) => {
      if (process.getuid() !== 0) return scope.t.skip("needs root");
      return body(scope, name);
    });
  }
}

balancer_test("what is printed is a valid configuration, for each policy, with and without TLS", async (scope, name) => {
  const node = await Cluster.start(scope, { flags: [...FLAGS, "--balance-agent=127.0.0.1:0"] });
  await wait_for_nodes(scope, node, 1);
  const { both: certificate } = make_certificate(scope);
  await Promise.all(["source", "cookie", "none"].flatMap((sticky) => [[], [`--certificate=${certificate}`]].map(async (tls) => {
    const text = await BalancerProgram.print(scope, name, node, [`--sticky=${sticky}`, "--bind=127.0.0.1:1443", ...tls]);
    const { code, output } = await BalancerProgram.check(scope, name, text);
    assert.equal(code, 0, `${output}\n${text}`);
    assert.doesNotMatch(output, /warn|alert/i);
  })));
});

balancer_test("clients and back ends are served through it, and nodes know who they are", async (scope, name) => {
  const site = await Site.start(scope, name);
  await site.watch();
  const { balancer } = site;
  const clients = await Promise.all([1, 2, 3, 4].map(() => PusherClient.open(scope, balancer)));
  const subscriptions = await Promise.all(clients.map((client) => client.subscribe("private-orders")));
  for (let i = 0; i < 8; ++i)
    assert.equal((await post(balancer, { name: "shipped", channel: "private-orders", data: `${i}` })).status, 200);
  for (const { gets } of subscriptions) await gets(8);
  const raw = await WsClient.open_many(scope, balancer.url("/"), 4);
  await wait_until_all_hear(raw, (probe) => raw[0].send(probe));
  for (const n of [1, 2, 3]) assert.equal((await site.visit({ from: source(n) })).address, source(n));
});

balancer_test("a client finds its node by its address, however often it comes back", async (scope, name) => {
  const site = await Site.start(scope, name);
  await site.watch();
  const sources = Array.from({ length: 16 }, (_, n) => ({ from: source(n) }));
  const first = await site.nodes_of_visits(sources);
  assert.deepEqual(await site.nodes_of_visits(sources), first);
  assert.deepEqual(new Set(first), new Set([0, 1]));
});

balancer_test("behind TLS a client finds its node by its cookie, wherever it comes from", async (scope, name) => {
  const site = await Site.start(scope, name, ["--sticky=cookie", `--certificate=${make_certificate(scope).both}`]);
  await site.watch();
  const visits = [];
  for (let n = 0; n < 16; ++n) visits.push(await site.visit());
  assert.deepEqual(new Set(visits.map(({ node }) => node)), new Set([0, 1]));
  for (const [n, { cookie }] of visits.entries()) assert.match(cookie, /^belfry=[0-9a-f]+$/, `${n}`);
  const again = await site.nodes_of_visits(visits.map(({ cookie }, n) => ({ cookie, from: source(n) })));
  assert.deepEqual(again, visits.map(({ node }) => node));
});

balancer_test("without stickiness the nodes have as many clients each", async (scope, name) => {
  const site = await Site.start(scope, name, ["--sticky=none"]);
  await WsClient.open_many(scope, site.balancer.url(PATH), 20);
  const each = await wait_until("all clients are counted", DEADLINE_MS, async () => {
    const counts = await Promise.all(site.nodes.map(async (node) => (await node.status()).clients));
    return counts[0] + counts[1] === 20 && counts;
  });
  assert.ok(each.every((count) => count >= 5), `${each}`);
});

balancer_test("a node that is killed fails nobody who connects", async (scope, name) => {
  const site = await Site.start(scope, name);
  await site.nodes[1].kill_node();
  const clients = await Promise.all(Array.from({ length: 20 }, (_, n) =>
    WsClient.open(scope, site.balancer.url(PATH), { localAddress: source(n) })));
  for (const client of clients) assert.match(await client.next(), /connection_established/);
  for (const [n] of clients.entries())
    assert.equal((await post(site.balancer, { name: "e", channel: "c", data: `${n}` })).status, 200);
});

process_test("haproxy: a node that drains gets nobody, until it is back", async (scope) => {
  if (process.getuid() !== 0) return scope.t.skip("needs root");
  const agents = ["--balance-agent=127.0.0.1:0", "--drain-delay=60s"];
  const site = await Site.start(scope, "haproxy", ["--sticky=none"], agents);
  await site.watch();
  const leaving = site.nodes[1];
  const { listen, agent } = await leaving.status();
  await leaving.ask("drain 60s");
  await wait_until("nobody gets to the node that drains", DEADLINE_MS, async () =>
    (await site.nodes_of_visits(repeated(6, {}))).every((node) => node === 0));
  await leaving.stop({ signal: "SIGINT" });
  site.nodes[1] = await Cluster.start(scope, { redis_url: site.redis.url, listen: listen[0],
    flags: ["--workers=1", ...listen.slice(1).map((address) => `--listen=${address}`), "--trusted-proxies=127.0.0.0/8", `--balance-agent=${agent}`] });
  site.tails[1] = await Tail.start(scope, site.nodes[1], `--app=${APP.key}`);
  await wait_until("the node is back", DEADLINE_MS, async () =>
    (await site.nodes_of_visits(repeated(6, {}))).includes(1));
});

process_test("balancer fails with a reason: no node, wrong arguments", async (scope) => {
  const at = `--runtime-dir=${make_temp_dir(scope)}`;
  assert.equal((await run_belfry(scope, ["balancer", "haproxy", at])).code, 69);
  assert.equal((await run_belfry(scope, ["balancer", at])).code, 64);
  assert.equal((await run_belfry(scope, ["balancer", "haproxy", "--sticky=often", at])).code, 64);
  const node = await Cluster.start(scope, { flags: FLAGS });
  await wait_for_nodes(scope, node, 1);
  const wrong = await run_belfry(scope, ["balancer", "nginx", "--bind=*;443", `--runtime-dir=${node.runtime_dir}`]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /--bind: "\*;443" is not an address/);
});
