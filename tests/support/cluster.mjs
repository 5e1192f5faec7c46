// One node: `belfry serve` on a free port, with a runtime_dir of its own. Fails its test when the supervisor or a worker
// ends by itself, when a process of it is left behind, or when its output holds a sanitizer's report.
import { join } from "node:path";

import { ask_admin } from "./admin_socket.mjs";
import { BELFRY, find_defect } from "./belfry.mjs";
import { Child, signal_process } from "./child.mjs";
import { make_temp_dir } from "./temp_dir.mjs";
import { wait_until, within } from "./wait_until.mjs";

const START_DEADLINE_MS = 40_000;
const STOP_DEADLINE_MS = 25_000;

export class Cluster {
  // Starts a node and waits until it serves. `flags` are those of `belfry serve`; without `redis_url` Redis is managed.
  // wait_for: "redis" (default), "workers" (Redis need not be there), or "nothing". max_files: RLIMIT_NOFILE. wrapper: a
  // program that becomes the one of its last arguments. machine: of a NetworkLab; the node listens on its address.
  // binary: another one than that under test.
  static async start(scope, { wait_for = "redis", ...options } = {}) {
    const cluster = new Cluster(scope, options);
    if (wait_for !== "nothing") await cluster.wait_for_workers();
    if (wait_for === "redis") await cluster.wait_for_redis();
    return cluster;
  }

  #exit_expected = false;
  #worker_deaths_expected = false;
  #port;

  constructor(scope, options) {
    const { binary = BELFRY, flags = [], redis_url, env = {}, machine, runtime_dir = make_temp_dir(scope) } = options;
    const { listen = machine ? `${machine.address}:9000` : "127.0.0.1:0" } = options;
    this.host = machine?.address ?? "127.0.0.1";
    this.runtime_dir = runtime_dir;
    this.admin_socket = join(this.runtime_dir, "admin.sock");
    const args = ["serve", `--runtime-dir=${this.runtime_dir}`];
    if (listen) args.push(`--listen=${listen}`);  // null: the configuration says
    if (redis_url) args.push(`--redis-url=${redis_url}`);
    const wrapper = options.wrapper ?? (options.max_files ? ["prlimit", `--nofile=${options.max_files}`] : []);
    const [program, ...words] = [...(machine?.enter ?? []), ...wrapper, binary, ...args, ...flags];
    this.child = new Child(program, words, { env, home: runtime_dir });
    this.pid = this.child.pid;
    scope.show_on_failure(`belfry serve ${flags.join(" ")}`, () => this.child.last_lines());
    scope.defer(() => this.#end());
    this.child.exit.then(({ code, signal }) => {
      if (!this.#exit_expected) scope.abort(`belfry serve ended by itself (code ${code}, signal ${signal})`);
    });
  }

  get log() {
    return this.child.output;
  }

  get port() {
    return this.#port;
  }

  url(path = "/") {
    return `ws://${this.host}:${this.#port}${path}`;
  }

  status() {
    return ask_admin(this.admin_socket, "status");
  }

  ask(command) {
    return ask_admin(this.admin_socket, command);
  }

  async worker(slot) {
    return (await this.status()).workers.find((worker) => worker.slot === slot);
  }

  async worker_pids() {
    return (await this.status()).workers.map((worker) => worker.pid);
  }

  async wait_for_workers() {
    const status = await this.wait_for_status("every worker runs", (s) =>
      s.state === "running" && s.workers.every((worker) => worker.state === "running"));
    this.#port = Number(/:(\d+)$/.exec(status.listen[0])[1]);
  }

  async wait_for_redis() {
    await this.wait_for_status("every worker is connected to Redis", (s) => s.redis.state === "connected");
  }

  wait_for_status(sentence, condition, deadline_ms = START_DEADLINE_MS) {
    return wait_until(sentence, deadline_ms, async () => {
      const status = await this.status();
      return (await condition(status)) && status;
    });
  }

  wait_for_log(pattern, deadline_ms = START_DEADLINE_MS) {
    return wait_until(`the log says ${pattern}`, deadline_ms, () => pattern.test(this.log));
  }

  wait_for_clients(count, deadline_ms = START_DEADLINE_MS) {
    return this.wait_for_status(`${count} clients are counted`, (s) => s.clients === count, deadline_ms);
  }

  // Ends the node with a signal and checks how it ended and that nothing is left of it.
  stop({ signal = "SIGTERM", expect_code = 0 } = {}) {
    this.expect_exit();
    this.child.kill(signal);
    return this.wait_for_exit(expect_code);
  }

  async wait_for_exit(expect_code = 0) {
    const exit = await within(STOP_DEADLINE_MS, "belfry serve ends", this.child.exit);
    if (exit.code !== expect_code) {
      throw new Error(`belfry serve ended with ${exit.code ?? exit.signal} in place of ${expect_code}`);
    }
    await this.expect_nothing_left();
  }

  // The supervisor alone is killed; its workers and its Redis must follow by themselves.
  kill_supervisor() {
    this.expect_exit();
    this.child.kill("SIGKILL");
    return this.child.exit;
  }

  // Everything of the node at once, as when its machine loses power: nobody outlives another long enough to notice.
  async kill_node() {
    this.expect_exit();
    const others = this.child.family().filter(({ pid }) => pid !== this.pid);
    for (const { pid } of [{ pid: this.pid }, ...others]) signal_process(pid, "SIGSTOP");
    for (const { pid } of [...others, { pid: this.pid }]) signal_process(pid, "SIGKILL");
    await this.child.exit;
  }

  expect_exit() {
    this.#exit_expected = true;
  }

  // The test kills workers: their obituaries are no failure of it.
  expect_worker_deaths() {
    this.#worker_deaths_expected = true;
  }

  async expect_nothing_left() {
    await wait_until("no process of the node is left", STOP_DEADLINE_MS, () => {
      const left = this.child.family();
      if (left.length > 0) throw new Error(`left: ${left.map(({ pid, command }) => `${pid} ${command}`).join(", ")}`);
      return true;
    });
  }

  // The pid of the managed Redis.
  managed_redis_pid() {
    const member = this.child.family().find(({ command }) => /^\S*(redis|valkey)-server/.test(command));
    if (!member) throw new Error("no managed Redis runs");
    return member.pid;
  }

  #unexpected_obituary() {
    if (this.#worker_deaths_expected) return undefined;
    return this.log.split("\n").find((line) => /worker \d+ ended/.test(line) && !/exit code 0\b/.test(line));
  }

  async #end() {
    try {
      if (this.child.exited) await this.expect_nothing_left();
      else await this.stop();
    } finally {
      this.child.dispose();
    }
    const defect = find_defect(this.log);
    if (defect) throw new Error(`belfry serve reported: ${defect}`);
    const obituary = this.#unexpected_obituary();
    if (obituary) throw new Error(`a worker died: ${obituary}`);
  }
}
