// The tests of a balancer, in a NetworkLab: three machines with a node each, and a fourth with HAProxy or nginx in front
// of them, as `belfry balancer` configures it. Clients keep coming back to their node, and nodes may be killed, drained,
// added, removed and restarted while nobody fails to connect and nobody misses a message. BELFRY_RECONNECTS says how
// many times clients come back in each test of that (default 60): tools/try-balancers.
import assert from "node:assert/strict";

import { app_file } from "./app_file.mjs";
import { AudienceInMotion } from "./audience_in_motion.mjs";
import { BalancerProgram } from "./balancer_program.mjs";
import { run_belfry } from "./belfry.mjs";
import { Cluster } from "./cluster.mjs";
import { NetworkLab } from "./network_lab.mjs";
import { process_test } from "./process_test.mjs";
import { APP } from "./pusher.mjs";
import { Redis } from "./redis.mjs";
import { VisitLog } from "./visit_log.mjs";
import { wait_until } from "./wait_until.mjs";

const RECONNECTS = Number(process.env.BELFRY_RECONNECTS ?? 60);
const SOURCES = 30;
const AUDIENCE = 40;
const DEADLINE_MS = 60_000;
const TEST_DEADLINE_MS = 600_000;
const BALANCER = "10.77.0.2";
const address_of = (number) => `10.77.0.${10 + number}`;

class Site {
  static async start(scope, program, flags = []) {
    const site = new Site(scope, program, flags);
    site.redis = await Redis.start(scope);
    const machine = await site.lab.machine(BALANCER);
    await Promise.all([1, 2, 3].map((number) => site.start_node(number)));
    await site.nodes_are_known();
    site.balancer = await BalancerProgram.start(scope, program, site.nodes.get(1), flags, machine);
    return site;
  }

  machines = new Map();
  nodes = new Map(); // by number

  constructor(scope, program, flags) {
    Object.assign(this, { scope, program, flags, lab: new NetworkLab(scope) });
    this.config = app_file(scope, {}, `trusted_proxies = ["${BALANCER}/32"]\ndrain_delay = "4s"\n`);
  }

  // On the same machine as before if it was there.
  async start_node(number) {
    if (!this.machines.has(number)) this.machines.set(number, await this.lab.machine(address_of(number)));
    const agent = `--balance-agent=${address_of(number)}:9100`;
    this.nodes.set(number, await Cluster.start(this.scope, { redis_url: this.redis.url,
      machine: this.machines.get(number), flags: [this.config, "--workers=1", agent] }));
  }

  // The others know it, too.
  async add_node(number) {
    await this.start_node(number);
    await this.nodes_are_known();
  }

  async remove_node(number) {
    await this.nodes.get(number).stop();
    this.nodes.delete(number);
  }

  async drain_node(number, over) {
    const node = this.nodes.get(number);
    node.expect_exit();
    await node.ask(`drain ${over}`);
    await node.wait_for_exit();
    this.nodes.delete(number);
  }

  async kill_node(number) {
    await this.nodes.get(number).kill_node();
    this.nodes.delete(number);
  }

  nodes_are_known() {
    const wanted = [...this.nodes.keys()].map((number) => `${address_of(number)}:9000`).sort();
    return wait_until(`${wanted} are the nodes`, DEADLINE_MS, async () => {
      const [node] = this.nodes.values();
      const { stdout } = await run_belfry(this.scope, ["nodes", "--json", `--runtime-dir=${node.runtime_dir}`]);
      const rows = stdout.trim().split("\n").map((line) => JSON.parse(line));
      return rows.every(({ state }) => state === "running") && `${rows.map((row) => row.addresses[0]).sort()}` === `${wanted}`;
    });
  }

  // With what `belfry balancer` prints of the nodes that there are now.
  async reload_balancer() {
    await this.nodes_are_known();
    await this.balancer.reload(this.nodes.values().next().value);
  }
}

const moved = (before, after) => before.filter((node, i) => node !== after[i]).length;

// 1/N of the clients and what chance may add to it: four times the standard deviation.
const most_moved = (clients, nodes) => clients / nodes + 4 * Math.sqrt((clients / nodes) * (1 - 1 / nodes));

async function serves_all_the_time(scope, program) {
  const site = await Site.start(scope, program, ["--sticky=source"]);
  const audience = await AudienceInMotion.start(scope, site.balancer, site.lab.client_addresses(AUDIENCE));
  await site.kill_node(2);
  await audience.settle();
  await site.add_node(2);
  await site.reload_balancer();
  await audience.settle();
  for (const number of [1, 2, 3]) {
    await site.drain_node(number, "2s");
    await audience.settle();
    await site.add_node(number);
    await audience.settle();
  }
  assert.deepEqual(audience.failures, []);
  assert.deepEqual(audience.complaints(), []);
  assert.ok(audience.reconnects >= AUDIENCE / 3, `${audience.reconnects} reconnects`);
  assert.ok(audience.published.length > 50, `${audience.published.length} events`);
  assert.ok(audience.refused.length <= 2, `${audience.refused}`); // on their way to the node that was killed
  scope.t.diagnostic(`${audience.reconnects} reconnects, ${audience.published.length} events, refused: ${audience.refused}`);
}

async function comes_back_to_its_node(scope, program, sticky) {
  const site = await Site.start(scope, program, [`--sticky=${sticky}`]);
  const sources = site.lab.client_addresses(SOURCES);
  const log = new VisitLog(scope, site, sticky === "cookie");
  await log.watch();
  const first = await log.nodes_of(sources);
  for (let round = 1; round < RECONNECTS / SOURCES; ++round)
    assert.deepEqual(await log.nodes_of(sources), first, `round ${round}`);
  assert.deepEqual(new Set(first), new Set([1, 2, 3]));

  await site.add_node(4);
  await site.reload_balancer();
  await log.watch();
  const with_four = await log.nodes_of(sources);
  assert.ok(moved(first, with_four) <= most_moved(SOURCES, 4), `${moved(first, with_four)} of ${SOURCES} moved`);
  assert.deepEqual(await log.nodes_of(sources), with_four);

  await site.remove_node(4);
  await site.reload_balancer();
  const with_three = await log.nodes_of(sources);
  assert.equal(moved(with_four.filter((node) => node !== 4), with_three.filter((_, i) => with_four[i] !== 4)), 0);
  if (sticky === "source") assert.deepEqual(with_three, first);
}

export function balancing_tests(program) {
  const lab_test = (sentence, body) => process_test(`${program}: ${sentence}`, body, { deadline_ms: TEST_DEADLINE_MS });

  for (const sticky of ["source", "cookie"])
    lab_test(`by ${sticky}, a client comes back to its node, and only a new node's clients move`, (scope) =>
      comes_back_to_its_node(scope, program, sticky));

  lab_test("nodes are killed, drained and started, the balancer is reloaded: all connect, all hear everything", (scope) =>
    serves_all_the_time(scope, program));
}
