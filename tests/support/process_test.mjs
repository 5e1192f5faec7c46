// `process_test("sentence", async (scope) => ...)`: a test of real processes. Whatever the body starts registers with
// the scope, which ends it in reverse order whether the body passed or not, and which fails the test at once when
// something that must stay alive ends by itself. A failed test's message carries the last log lines of every process.
import test from "node:test";

import { within } from "./wait_until.mjs";

const TEST_DEADLINE_MS = 180_000;
const ENDING_DEADLINE_MS = 30_000;

class Scope {
  #endings = [];
  #logs = [];
  #abort;

  constructor(t) {
    this.t = t;
    this.aborted = new Promise((_, reject) => (this.#abort = reject));
    this.aborted.catch(() => {});
  }

  // `ending` runs when the test is over, the latest first. What it throws fails the test.
  defer(ending) {
    this.#endings.push(ending);
  }

  // `lines` is read when the test has failed.
  show_on_failure(name, lines) {
    this.#logs.push({ name, lines });
  }

  abort(message) {
    this.#abort(new Error(message));
  }

  async end() {
    const errors = [];
    for (const ending of this.#endings.reverse()) {
      try {
        await within(ENDING_DEADLINE_MS, "the end of what the test had started", ending());
      } catch (error) {
        errors.push(error);
      }
    }
    return errors;
  }

  logs() {
    return this.#logs.map(({ name, lines }) => `---- last lines of ${name}\n${lines().join("\n")}`).join("\n");
  }
}

// One Error that says everything, with the place of the first. (An AssertionError's own message cannot be added to.)
function failure_of(errors, logs) {
  const message = `${errors.map((error) => error.message).join("\nthen: ")}\n${logs}`;
  const failure = new Error(message);
  const place = errors[0].stack?.split("\n").filter((line) => /^ +at /.test(line)) ?? [];
  failure.stack = [`Error: ${message}`, ...place].join("\n");
  return failure;
}

export function process_test(sentence, body, { deadline_ms = TEST_DEADLINE_MS } = {}) {
  test(sentence, async (t) => {
    const scope = new Scope(t);
    const errors = [];
    try {
      await within(deadline_ms, "the end of the test", Promise.race([body(scope), scope.aborted]));
    } catch (error) {
      errors.push(error);
    }
    errors.push(...(await scope.end()));
    if (errors.length === 0) return;
    throw failure_of(errors, scope.logs());
  });
}
