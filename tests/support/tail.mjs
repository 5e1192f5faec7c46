// `belfry tail` while it runs, with what it has said.
import { BELFRY } from "./belfry.mjs";
import { Child } from "./child.mjs";
import { PusherWs } from "./pusher_ws.mjs";
import { wait_until, within } from "./wait_until.mjs";

const DEADLINE_MS = 20_000;

export class Tail {
  // Resolves when the workers have the tail: what happens from now on is told.
  static async start(scope, cluster, ...flags) {
    const tail = new Tail(scope, cluster, flags);
    await wait_until("the tail begins", DEADLINE_MS, async () => {
      await PusherWs.open(scope, cluster).then((client) => client.subscribe("begin"));
      const workers = new Set(tail.happenings.map(({ worker }) => worker));
      return workers.size === (await cluster.status()).workers.length;
    });
    return tail;
  }

  constructor(scope, cluster, flags) {
    this.child = new Child(BELFRY, ["tail", "--json", `--runtime-dir=${cluster.runtime_dir}`, ...flags]);
    scope.defer(() => this.child.dispose());
    scope.show_on_failure("belfry tail", () => this.child.last_lines());
  }

  get happenings() {
    return this.child.stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  // The first happening with these fields.
  tells(fields) {
    return wait_until(`the tail tells ${JSON.stringify(fields)}`, DEADLINE_MS, () =>
      this.happenings.find((happening) => Object.entries(fields).every(([key, value]) => happening[key] === value)));
  }

  async end(signal) {
    this.child.kill(signal);
    return (await within(DEADLINE_MS, "belfry tail ends", this.child.exit)).code;
  }
}
