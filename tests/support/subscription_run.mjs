// What one subscriber got on one channel between a subscription_succeeded and the effect of its unsubscribe, judged by
// the journal: of each publisher an unbroken run of its messages, in order, none twice, from the first one that was
// published after the confirmation on.
import assert from "node:assert/strict";

export class SubscriptionRun {
  is_over = false;
  #got = new Map(); // publisher -> numbers, as they came

  constructor(journal, subscriber, channel) {
    Object.assign(this, { journal, subscriber, channel, confirmed_at: journal.tick() });
  }

  take(publisher, n) {
    this.of(publisher).push(n);
  }

  of(publisher) {
    if (!this.#got.has(publisher)) this.#got.set(publisher, []);
    return this.#got.get(publisher);
  }

  get size() {
    return [...this.#got.values()].reduce((sum, numbers) => sum + numbers.length, 0);
  }

  // Whether all that was published after the confirmation and until `at` has come.
  has_all_until(at) {
    return this.#meant().every(([publisher, entries]) => {
      const last = entries.findLast((entry) => entry.at > this.confirmed_at && entry.at <= at);
      return !last || this.of(publisher).includes(last.n);
    });
  }

  check() {
    for (const [publisher, entries] of this.#meant()) this.#check_publisher(publisher, entries);
  }

  #check_publisher(publisher, entries) {
    const got = this.of(publisher);
    if (got.length === 0) return;
    const about = `${this.subscriber} on ${this.channel}, from ${publisher}`;
    const first = entries.findIndex(({ n }) => n === got[0]);
    const expected = entries.slice(first, first + got.length).map(({ n }) => n);
    assert.deepEqual(got, expected, `${about}: missed, twice or out of order`);
    const first_due = entries.findIndex(({ at }) => at > this.confirmed_at);
    assert.ok(first_due < 0 || first <= first_due,
      `${about}: ${entries[first_due]?.n}, the first after the confirmation, was missed; the run began with ${got[0]}`);
  }

  #meant() {
    return this.journal.meant_for(this.subscriber, this.channel);
  }
}
