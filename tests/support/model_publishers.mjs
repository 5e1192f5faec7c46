// Publishers of a model test. Each does one thing after the other, over one connection, so that what it publishes has an
// order; each message carries its publisher and a number from the journal.
import http from "node:http";

import { make_sdk } from "./pusher.mjs";

const LONGEST_PADDING = 3_000;

function message(publisher, n, random) {
  return { publisher, n, padding: "x".repeat(random.chance(0.1) ? random.below(LONGEST_PADDING) : 0) };
}

function some_of(list, count, random) {
  return Array.from({ length: count }, () => random.pick(list)).filter((one, i, all) => all.indexOf(one) === i);
}

// A back end on the HTTP API with keep-alive: events on up to three channels, some that leave a socket out, and batches.
export class BackEnd {
  constructor(scope, node, journal, name, { random, channels, subscribers }) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    scope.defer(() => agent.destroy());
    Object.assign(this, { journal, name, random, channels, subscribers, sdk: make_sdk(node, { agent }) });
  }

  async publish(rounds) {
    for (let round = 0; round < rounds; ++round) {
      if (this.random.chance(0.3)) await this.#publish_batch();
      else await this.#publish_event();
    }
  }

  async #publish_event() {
    const { random, journal } = this;
    const channels = some_of(this.channels, 1 + random.below(3), random);
    // What a cache channel keeps is for the one who was left out as well, later.
    const may_leave_out = !channels.some((channel) => channel.includes("cache-"));
    const except = may_leave_out && random.chance(0.2) ? random.pick(this.subscribers) : null;
    const n = journal.enter(this.name, channels, except?.name);
    await this.sdk.trigger(channels, "tick", message(this.name, n, random), except ? { socket_id: except.socket_id } : {});
  }

  #publish_batch() {
    const { random, journal } = this;
    return this.sdk.triggerBatch(Array.from({ length: 1 + random.below(10) }, () => {
      const channel = random.pick(this.channels);
      return { channel, name: "tick", data: message(this.name, journal.enter(this.name, [channel]), random) };
    }));
  }
}

// A client that stays on private channels and sends client events, a few at a time.
export class ClientPublisher {
  constructor(client, journal, { random, channels }) {
    Object.assign(this, { client, journal, random, channels });
  }

  async publish(rounds) {
    for (let round = 0; round < rounds; ++round) {
      for (let left = this.random.below(4); left >= 0; --left) this.#publish_event();
      await this.client.ping();
    }
  }

  #publish_event() {
    const channel = this.random.pick(this.channels);
    const { name } = this.client;
    const n = this.journal.enter(name, [channel], name);
    this.client.send("client-tick", message(name, n, this.random), channel);
  }
}
