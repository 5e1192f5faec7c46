// Which node a client gets to through a balancer, as the nodes' own `belfry tail` tells it.
import { BELFRY } from "./belfry.mjs";
import { Child } from "./child.mjs";
import { APP } from "./pusher.mjs";
import { wait_until } from "./wait_until.mjs";
import { WsClient } from "./ws_client.mjs";

const DEADLINE_MS = 30_000;
const PATH = `/app/${APP.key}?protocol=7&client=js&version=8.6.0`;

export class VisitLog {
  #node_of = new Map(); // by socket id
  #cookies = new Map(); // by source
  #tails = new Map(); // by Cluster

  // `site` has `nodes`, Clusters by number, and `balancer`. With cookies, a client sends back the one that it was given.
  constructor(scope, site, with_cookies) {
    Object.assign(this, { scope, site, with_cookies });
  }

  // The nodes that there are now tell who comes.
  async watch() {
    for (const [number, cluster] of this.site.nodes)
      if (!this.#tails.has(cluster)) this.#tails.set(cluster, this.#tail(number, cluster));
    await this.#heard_of_all();
  }

  // The nodes that clients from these addresses get to, one after the other; each is gone before the next one comes.
  async nodes_of(sources) {
    const nodes = [];
    for (const source of sources) nodes.push(await this.#visit(source));
    return nodes;
  }

  async #visit(source) {
    const cookie = this.#cookies.get(source);
    const client = await WsClient.open(this.scope, this.site.balancer.url(PATH), { localAddress: source, headers: cookie ? { cookie } : {} });
    const node = await this.#node_that_has(client);
    const given = client.headers["set-cookie"]?.[0].split(";")[0];
    if (this.with_cookies && given) this.#cookies.set(source, given);
    await client.close();
    return node;
  }

  async #node_that_has(client) {
    const { socket_id } = JSON.parse(JSON.parse(await client.next()).data);
    return wait_until("a node tells of the client", DEADLINE_MS, () => this.#node_of.get(socket_id));
  }

  #tail(number, cluster) {
    const tail = new Child(BELFRY, ["tail", "--json", `--runtime-dir=${cluster.runtime_dir}`, `--app=${APP.key}`]);
    this.scope.defer(() => tail.dispose());
    let rest = "";
    tail.process.stdout.on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      for (const { kind, socket_id } of lines.map((line) => JSON.parse(line)))
        if (kind === "connected") this.#node_of.set(socket_id, number);
    });
    return tail;
  }

  // A tail begins a moment after its program: each node has told of a client that went to it directly.
  async #heard_of_all() {
    for (const cluster of this.site.nodes.values())
      await wait_until("the tail has begun", DEADLINE_MS, async () => {
        const client = await WsClient.open(this.scope, cluster.url(PATH));
        const { socket_id } = JSON.parse(JSON.parse(await client.next()).data);
        await client.close();
        return this.#node_of.has(socket_id);
      });
  }
}
