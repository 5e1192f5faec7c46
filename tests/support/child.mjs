// A child process with its output kept. It leads a session of its own, so that whatever it leaves behind is found: by
// the session's id or, where a descendant has left the session, by `home`, the directory in which that works. When this
// process ends, however it does, all of them are killed.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const KEPT_LINES = 60;
const children = new Set();

process.on("exit", () => children.forEach((child) => child.kill_family()));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

export class Child {
  output = "";
  exited = null; // {code, signal} once it has ended

  constructor(command, args, { env = {}, stdin = "ignore", home = null, ...rest } = {}) {
    this.process = spawn(command, args, {
      detached: true,
      env: { ...process.env, ...env },
      stdio: [stdin, "pipe", "pipe"],
      ...rest,
    });
    this.process.stdin?.on("error", () => {});  // it may end before it has read its input
    this.home = home;
    this.name = `${command.split("/").pop()} ${args[0] ?? ""}`.trim();
    this.pid = this.process.pid;
    if (this.pid) children.add(this);
    this.stdout = "";
    this.process.stdout.setEncoding("utf8").on("data", (text) => {
      this.stdout += text;
      this.output += text;
    });
    this.process.stderr.setEncoding("utf8").on("data", (text) => (this.output += text));
    this.exit = new Promise((resolve, reject) => {
      this.process.on("error", reject);
      this.process.on("exit", (code, signal) => resolve((this.exited = { code, signal })));
    });
    // Resolves once the output is complete too; a descendant that holds the pipe open delays it.
    this.closed = new Promise((resolve) => this.process.on("close", () => resolve(this.exited)));
  }

  kill(signal) {
    if (!this.exited) this.process.kill(signal);
  }

  last_lines() {
    return this.output.trimEnd().split("\n").slice(-KEPT_LINES);
  }

  // [{pid, command}] of the child and its descendants, without zombies: they have ended and are only not waited for.
  family() {
    const members = [];
    for (const entry of readdirSync("/proc")) {
      if (!/^\d+$/.test(entry)) continue;
      const stat = read_or_null(`/proc/${entry}/stat`);
      if (stat === null) continue;
      const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z" || !(Number(session) === this.pid || this.#is_home_of(entry))) continue;
      const command = (read_or_null(`/proc/${entry}/cmdline`) ?? "").replaceAll("\0", " ").trim();
      members.push({ pid: Number(entry), command });
    }
    return members;
  }

  kill_family() {
    for (const { pid } of this.family()) signal_process(pid, "SIGKILL");
  }

  // Kills whatever is left; the child is this process's concern no longer.
  dispose() {
    this.kill_family();
    children.delete(this);
  }

  #is_home_of(pid) {
    try {
      return this.home !== null && readlinkSync(`/proc/${pid}/cwd`) === this.home;
    } catch {
      return false;
    }
  }
}

// Sends a signal to a process that may have ended already.
export function signal_process(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

export function process_is_alive(pid) {
  const stat = read_or_null(`/proc/${pid}/stat`);
  return stat !== null && stat[stat.lastIndexOf(")") + 2] !== "Z";
}

function read_or_null(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

// The resident memory of a process.
export function resident_kb(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

// How many descriptors a process has open.
export function open_descriptors(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}
