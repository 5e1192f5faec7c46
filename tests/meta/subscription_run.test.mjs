// The judge of the model tests finds what it is there to find.
import assert from "node:assert/strict";
import test from "node:test";

import { Journal } from "../support/journal.mjs";
import { SubscriptionRun } from "../support/subscription_run.mjs";

// A run confirmed behind message 2 of 6, of which message 5 was not meant for it.
function run_with(...numbers) {
  const journal = new Journal();
  const publish = (except) => journal.enter("p", ["c"], except);
  publish();
  publish();
  const run = new SubscriptionRun(journal, "s", "c");
  [null, null, "s", null].forEach(publish);
  for (const n of numbers) run.take("p", n);
  return { run, end: journal.tick() };
}

test("an unbroken run passes, also from before the confirmation, and also one that ends early", () => {
  for (const numbers of [[3, 4, 6], [2, 3, 4, 6], [1, 2, 3], [3], []]) run_with(...numbers).run.check();
});

test("a gap, a duplicate, a swap, a missed first and what was meant for others are found", () => {
  for (const numbers of [[3, 6], [3, 3, 4], [4, 3], [4, 6], [3, 4, 5, 6], [7]]) {
    assert.throws(() => run_with(...numbers).run.check(), assert.AssertionError, `${numbers}`);
  }
});

test("a run has all when the last message that was meant for it has come", () => {
  for (const [numbers, expected] of [[[3, 4, 6], true], [[3, 4], false], [[], false]]) {
    const { run, end } = run_with(...numbers);
    assert.equal(run.has_all_until(end), expected);
    assert.equal(run.has_all_until(run.confirmed_at), true);
  }
});
