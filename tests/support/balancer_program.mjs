// HAProxy or nginx with a configuration that `belfry balancer` has printed, as it was printed.
import { writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";

import { run_belfry } from "./belfry.mjs";
import { Child } from "./child.mjs";
import { free_port } from "./free_port.mjs";
import { make_temp_dir } from "./temp_dir.mjs";
import { wait_until, within } from "./wait_until.mjs";

const DEADLINE_MS = 20_000;
const ATTEMPTS = 5; // somebody may take the port that was free
const ENV = { PATH: `${process.env.PATH}:/usr/sbin` };

// How each checks a configuration, how it runs in the foreground with nothing outside `directory`, by which signal it
// reads its configuration again, and what is other when it has: nothing of it is as it was before.
const PROGRAMS = {
  haproxy: {
    check: (file) => ["haproxy", "-c", "-f", file],
    run: (file) => ["haproxy", "-W", "-db", "-f", file],
    reload: "SIGUSR2",
    generation: ({ child }) => [child.output.split("Loading success").length],
  },
  nginx: {
    check: (file, directory) => ["nginx", "-t", "-e", "stderr", "-c", file, "-g", `pid ${directory}/pid;`],
    run: (file, directory) =>
      ["nginx", "-e", "stderr", "-c", file, "-g", `daemon off; pid ${directory}/pid;`],
    reload: "SIGHUP",
    generation: ({ child }) => child.family().filter(({ command }) => /worker process$/.test(command)).map(({ pid }) => pid),
  },
};

function accepts(port, host) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host });
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

export class BalancerProgram {
  // `flags` are those of `belfry balancer`.
  static async print(scope, name, node, flags = []) {
    const { code, stdout, output } = await run_belfry(scope, ["balancer", name, `--runtime-dir=${node.runtime_dir}`, ...flags]);
    if (code !== 0) throw new Error(`belfry balancer ${name} ended with ${code}: ${output}`);
    return stdout;
  }

  // What the program says of the text: {code, output}.
  static async check(scope, name, text) {
    const { file, directory } = write(scope, text);
    const [program, ...args] = PROGRAMS[name].check(file, directory);
    const child = new Child(program, args, { env: ENV });
    scope.defer(() => child.dispose());
    const { code } = await within(DEADLINE_MS, `${name} checks a configuration`, child.closed);
    return { code, output: child.output };
  }

  // `machine`: of a NetworkLab; all ports are free there.
  static async start(scope, name, node, flags = [], machine = undefined) {
    for (let attempt = 1; ; ++attempt) {
      const port = machine ? 8080 : await free_port();
      const balancer = new BalancerProgram(scope, name, flags, port, machine);
      await balancer.run(node);
      await wait_until(`${name} accepts connections`, DEADLINE_MS, async () =>
        balancer.child.exited !== null || accepts(port, balancer.host));
      if (balancer.child.exited === null) return balancer;
      if (attempt === ATTEMPTS) throw new Error(`${name} does not start: ${balancer.child.output}`);
    }
  }

  constructor(scope, name, flags, port, machine) {
    Object.assign(this, { scope, name, flags, port, machine, host: machine?.address ?? "127.0.0.1" });
    this.directory = make_temp_dir(scope);
    this.file = join(this.directory, "balancer.conf");
  }

  async run(node) {
    await this.#configure(node);
    const [program, ...args] = [...(this.machine?.enter ?? []), ...PROGRAMS[this.name].run(this.file, this.directory)];
    this.child = new Child(program, args, { env: ENV });
    this.scope.show_on_failure(this.name, () => this.child.last_lines());
    this.scope.defer(() => this.child.dispose());
  }

  // With what `belfry balancer` prints now. Resolves when new connections go by it.
  async reload(node) {
    const { reload, generation } = PROGRAMS[this.name];
    const before = generation(this);
    await this.#configure(node);
    this.child.kill(reload);
    await wait_until(`${this.name} goes by the new configuration`, DEADLINE_MS, () => {
      const after = generation(this);
      return after.length > 0 && after.every((one) => !before.includes(one));
    });
  }

  async #configure(node) {
    const bind = `--bind=${this.host}:${this.port}`;
    writeFileSync(this.file, await BalancerProgram.print(this.scope, this.name, node, [bind, ...this.flags]));
  }

  url(path = "/", scheme = "ws") {
    return `${scheme}://${this.host}:${this.port}${path}`;
  }
}

function write(scope, text) {
  const directory = make_temp_dir(scope);
  const file = join(directory, "balancer.conf");
  writeFileSync(file, text);
  return { file, directory };
}
