// Waiting for a condition, in place of sleeping: polls until `condition` returns something true and returns that. What
// the condition throws counts as "not yet" and ends up in the message when the deadline passes.
import { setTimeout as pause } from "node:timers/promises";

const POLL_MS = 20;

export async function wait_until(sentence, deadline_ms, condition) {
  const deadline = performance.now() + deadline_ms;
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) break;
    await pause(POLL_MS);
  }
  throw new Error(`not within ${deadline_ms} ms: ${sentence} (last: ${last instanceof Error ? last.message : last})`);
}

// The promise's value, or an Error with the sentence when it takes too long.
export async function within(deadline_ms, sentence, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${deadline_ms} ms: ${sentence}`)), deadline_ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
