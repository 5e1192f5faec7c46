// What the publishers of a model test have published, and when, by a clock that counts events in place of time.
export class Journal {
  is_over = false;
  #now = 0;
  #count = 0;
  #published = new Map(); // channel -> publisher -> [{n, at, except}], in order
  #waiting = [];

  // The number of a message that is about to be published; the subscriber named `except` is to be left out.
  enter(publisher, channels, except = null) {
    const entry = { n: ++this.#count, at: this.tick(), except };
    for (const channel of channels) this.#list(channel, publisher).push(entry);
    this.#wake();
    return entry.n;
  }

  tick() {
    return ++this.#now;
  }

  // Resolves when `more` further messages are under way, or when there will be no more.
  advances(more) {
    return new Promise((resolve) => {
      this.#waiting.push({ count: this.#count + more, resolve });
      this.#wake();
    });
  }

  end() {
    this.is_over = true;
    this.#wake();
  }

  // [[publisher, entries]] of all that `subscriber` may get on a channel.
  meant_for(subscriber, channel) {
    return [...(this.#published.get(channel) ?? [])]
      .map(([publisher, entries]) => [publisher, entries.filter(({ except }) => except !== subscriber)]);
  }

  #list(channel, publisher) {
    if (!this.#published.has(channel)) this.#published.set(channel, new Map());
    const publishers = this.#published.get(channel);
    if (!publishers.has(publisher)) publishers.set(publisher, []);
    return publishers.get(publisher);
  }

  #wake() {
    const is_due = ({ count }) => this.is_over || count <= this.#count;
    for (const { resolve } of this.#waiting.filter(is_due)) resolve();
    this.#waiting = this.#waiting.filter((one) => !is_due(one));
  }
}
