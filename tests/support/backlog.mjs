// Fills the out-queue of a client that does not read. What the kernel takes for such a client nobody can know, so that
// the worker's own counters are asked: what it was given for its clients, less what has left.
import assert from "node:assert/strict";

const MESSAGE_BYTES = 16 * 1024;
const FRAME_BYTES = MESSAGE_BYTES + 4;
const BATCH = 128;
const FILL_DEADLINE_MS = 60_000;

export const numbered_message = (number) => `${number}:`.padEnd(MESSAGE_BYTES, "x");

// Of a node with one worker and one raw client. The queue must hold a batch (2 MiB) without closing the client.
export class Backlog {
  static async start(cluster, redis) {
    return new Backlog(cluster, await redis.client(), await cluster.worker(0));
  }

  count = 0; // messages published so far

  constructor(cluster, publisher, before) {
    this.cluster = cluster;
    this.publisher = publisher;
    this.before = before;
  }

  // Publishes until something is left unsent. Returns when the batch of the oldest unsent message began.
  async grow() {
    for (const deadline = performance.now() + FILL_DEADLINE_MS; performance.now() < deadline;) {
      const began_at = performance.now();
      if ((await this.#publish_batch()) > 0) return began_at;
    }
    return assert.fail("the kernel takes everything");
  }

  // The bytes that are unsent after it.
  async #publish_batch() {
    const published = Array.from({ length: BATCH }, () =>
      this.publisher.command("PUBLISH", "new_message", numbered_message(this.count++)));
    await Promise.all(published);
    const messages_of = ({ workers }) => workers[0].messages_out - this.before.messages_out;
    const { workers: [worker] } = await this.cluster.wait_for_status("the batch has been queued", (status) =>
      messages_of(status) === this.count);
    return this.count * FRAME_BYTES - (worker.bytes_out - this.before.bytes_out);
  }
}
