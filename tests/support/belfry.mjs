// The binary under test, and one run of it to its end.
import { readFileSync } from "node:fs";

import { Child } from "./child.mjs";
import { within } from "./wait_until.mjs";

export const BELFRY = process.env.BELFRY ?? new URL("../../build/release/belfry", import.meta.url).pathname;

// A sanitizer keeps freed memory for a while, so that resident memory says little.
export const runs_under_sanitizer = readFileSync(BELFRY).includes("__asan_init");

const RUN_DEADLINE_MS = 30_000;
const SANITIZER_TEXT = /AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:|assertion failed/i;

// The first line of a sanitizer's or an assertion's report in the output, or null.
export function find_defect(output) {
  return output.split("\n").find((line) => SANITIZER_TEXT.test(line)) ?? null;
}

// Runs `belfry ARGS` to its end: {code, stdout, output}; output is stdout and stderr together.
export async function run_belfry(scope, args, { input, binary = BELFRY, ...options } = {}) {
  const child = new Child(binary, args, { stdin: input === undefined ? "ignore" : "pipe", ...options });
  scope.defer(() => child.dispose());
  if (input !== undefined) child.process.stdin.end(input);
  const { code, signal } = await within(RUN_DEADLINE_MS, `belfry ${args.join(" ")} ends`, child.closed);
  const defect = find_defect(child.output);
  if (defect) throw new Error(`belfry ${args.join(" ")}: ${defect}\n${child.output}`);
  return { code: code ?? signal, stdout: child.stdout, output: child.output };
}
