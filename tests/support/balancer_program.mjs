// HAProxy or nginx with a configuration that `belfry balancer` has printed, as it was printed.
import { writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";

import { run_belfry } from "./belfry.mjs";
import { Child } from "./child.mjs";
import { make_temp_dir } from "./temp_dir.mjs";
import { wait_until, within } from "./wait_until.mjs";

const DEADLINE_MS = 20_000;
const ATTEMPTS = 5; // somebody may take the port that was free
const ENV = { PATH: `${process.env.PATH}:/usr/sbin` };

// How each checks a configuration, and how it runs in the foreground with nothing outside `directory`.
const PROGRAMS = {
  haproxy: {
    check: (file) => ["haproxy", "-c", "-f", file],
    run: (file) => ["haproxy", "-db", "-f", file],
  },
  nginx: {
    check: (file, directory) => ["nginx", "-t", "-e", "stderr", "-c", file, "-g", `pid ${directory}/pid;`],
    run: (file, directory) =>
      ["nginx", "-e", "stderr", "-c", file, "-g", `daemon off; pid ${directory}/pid;`],
  },
};

async function free_port() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: "127.0.0.1" });
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

  static async start(scope, name, node, flags = []) {
    for (let attempt = 1; ; ++attempt) {
      const port = await free_port();
      const text = await BalancerProgram.print(scope, name, node, [`--bind=127.0.0.1:${port}`, ...flags]);
      const balancer = new BalancerProgram(scope, name, text, port);
      await wait_until(`${name} accepts connections`, DEADLINE_MS, async () =>
        balancer.child.exited !== null || accepts(port));
      if (balancer.child.exited === null) return balancer;
      if (attempt === ATTEMPTS) throw new Error(`${name} does not start: ${balancer.child.output}`);
    }
  }

  constructor(scope, name, text, port) {
    const { file, directory } = write(scope, text);
    const [program, ...args] = PROGRAMS[name].run(file, directory);
    this.port = port;
    this.child = new Child(program, args, { env: ENV });
    scope.show_on_failure(name, () => this.child.last_lines());
    scope.defer(() => this.child.dispose());
  }

  url(path = "/", scheme = "ws") {
    return `${scheme}://127.0.0.1:${this.port}${path}`;
  }
}

function write(scope, text) {
  const directory = make_temp_dir(scope);
  const file = join(directory, "balancer.conf");
  writeFileSync(file, text);
  return { file, directory };
}
