// A program on a terminal (on_terminal.py), and what stands on its screen.
import { Child } from "./child.mjs";
import { wait_until, within } from "./wait_until.mjs";

const PTY = new URL("on_terminal.py", import.meta.url).pathname;
const DEADLINE_MS = 30_000;
const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?1049l";

export class Screen {
  constructor(scope, { columns, rows }, command) {
    this.child = new Child("python3", [PTY, String(columns), String(rows), ...command], { stdin: "pipe" });
    scope.defer(() => this.child.dispose());
    scope.show_on_failure(command.join(" "), () => this.lines ?? this.child.last_lines());
  }

  get text() {
    return this.child.stdout;
  }

  // The lines of the last whole picture, without colours; null: there is none yet.
  get lines() {
    const pictures = this.text.split("\x1b[H").slice(1).filter((picture) => picture.includes("\x1b[J"));
    return pictures.at(-1)?.split("\x1b[J")[0].replaceAll(/\x1b\[[0-9;?]*[a-zA-Z]/g, "").split(/\r*\n/) ?? null;
  }

  shows(sentence, condition) {
    return wait_until(sentence, DEADLINE_MS, () => this.lines && condition(this.lines));
  }

  resize(columns, rows) {
    this.#order(`size ${columns} ${rows}`);
  }

  type(text) {
    this.#order(`type ${text}`);
  }

  signal(number) {
    this.#order(`signal ${number}`);
  }

  // Its exit code; the terminal is as it was before.
  async end() {
    const { code } = await within(DEADLINE_MS, "the program on the terminal ends", this.child.closed);
    const opened = this.text.split(ENTER).length - 1, left = this.text.split(LEAVE).length - 1;
    if (opened !== left || !this.text.includes("modes: canonical echo")) throw new Error("the terminal was left changed");
    return code;
  }

  #order(order) {
    this.child.process.stdin.write(`${order}\n`);
  }
}
