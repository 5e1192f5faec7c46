// `belfry connect` with a pipe for a keyboard and a screen.
import { BELFRY } from "./belfry.mjs";
import { Child } from "./child.mjs";
import { wait_until, within } from "./wait_until.mjs";

export class Terminal {
  static async open(scope, url, ...flags) {
    const terminal = new Terminal(scope, url, flags);
    await wait_until("belfry connect is connected", 20_000, () => /connected/.test(terminal.child.output));
    return terminal;
  }

  constructor(scope, url, flags) {
    this.child = new Child(BELFRY, ["connect", url, ...flags], { stdin: "pipe" });
    scope.defer(() => this.child.dispose());
    scope.show_on_failure("belfry connect", () => this.child.last_lines());
  }

  type(line) {
    this.child.process.stdin.write(`${line}\n`);
  }

  get lines() {
    return this.child.stdout.split("\n");
  }

  shows_like(pattern) {
    return wait_until(`the terminal shows ${pattern}`, 20_000, () => this.lines.find((line) => pattern.test(line)));
  }

  shows(line) {
    return wait_until(`the terminal shows "${line}"`, 20_000, () => this.lines.includes(line));
  }

  async end_input() {
    this.child.process.stdin.end();
    return (await within(20_000, "belfry connect ends", this.child.exit)).code;
  }
}
