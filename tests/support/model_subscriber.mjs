// A subscriber of a model test: it speaks the Pusher protocol by hand, keeps all that it gets in runs, and notes as a
// fault what must never come: an event of a channel that it has not been confirmed on, or has left.
import assert from "node:assert/strict";

import { APP, make_sdk } from "./pusher.mjs";
import { SubscriptionRun } from "./subscription_run.mjs";
import { wait_until, within } from "./wait_until.mjs";
import { WsClient } from "./ws_client.mjs";

const DEADLINE_MS = 30_000;

export class ModelSubscriber {
  faults = [];
  #channels = new Map(); // name -> Subscription
  #pings = [];           // what to do when the pong of each has come, in order

  static async open(scope, node, journal, name) {
    const ws = await WsClient.open(scope, node.url(`/app/${APP.key}?protocol=7&client=model&version=1.0`));
    const { socket_id } = JSON.parse(JSON.parse(await ws.next()).data);
    return new ModelSubscriber(ws, { name, journal, socket_id, sdk: make_sdk(node) });
  }

  constructor(ws, facts) {
    this.ws = ws;
    Object.assign(this, facts);
    ws.socket.on("message", (text) => this.#hear(JSON.parse(text)));
  }

  is_on(channel) {
    return this.#of(channel).is_wanted;
  }

  // Resolves when the server has confirmed.
  subscribe(channel) {
    const subscription = this.#of(channel);
    subscription.is_wanted = true;
    const auth = channel.startsWith("private-") ? this.sdk.authorizeChannel(this.socket_id, channel).auth : "";
    this.send("pusher:subscribe", { channel, auth });
    const confirmed = new Promise((resolve) => subscription.confirmations.push(resolve));
    return within(DEADLINE_MS, `${this.name} is subscribed to ${channel}`, confirmed);
  }

  // Whatever is on its way may be lost, but no event comes after the pong of a ping that was sent behind it.
  unsubscribe(channel) {
    const subscription = this.#of(channel);
    subscription.is_wanted = false;
    this.send("pusher:unsubscribe", { channel });
    if (subscription.confirmations.length > 0) subscription.leaves_behind.add(subscription.confirmations.at(-1));
    else this.#end_run(subscription.runs.at(-1));
  }

  // Waits first for all that was published until now.
  async unsubscribe_calmly(channel) {
    await this.catch_up(channel);
    this.unsubscribe(channel);
  }

  async catch_up(channel) {
    const subscription = this.#of(channel);
    await wait_until(`${this.name} is confirmed on ${channel}`, DEADLINE_MS, () => subscription.confirmations.length === 0);
    const now = this.journal.tick();
    await wait_until(`${this.name} has all of ${channel}`, DEADLINE_MS, () => subscription.runs.at(-1).has_all_until(now));
  }

  // Resolves with the pong: the server has dealt with all that was sent before.
  ping() {
    this.send("pusher:ping", {});
    return new Promise((resolve) => this.#pings.push(resolve));
  }

  send(event, data, channel = undefined) {
    this.ws.send(JSON.stringify({ event, data, channel }));
  }

  // At the end: it gets all that it is still subscribed to, and everything that it got was right.
  async check() {
    for (const [channel, { is_wanted }] of this.#channels) if (is_wanted) await this.catch_up(channel);
    await within(DEADLINE_MS, `a last pong for ${this.name}`, this.ping());
    assert.deepEqual(this.faults, []);
    for (const { runs, confirmations } of this.#channels.values()) {
      assert.equal(confirmations.length, 0);
      for (const run of runs) run.check();
    }
  }

  summary() {
    const runs = [...this.#channels.values()].flatMap((subscription) => subscription.runs);
    return { name: this.name, runs: runs.length, received: runs.reduce((sum, run) => sum + run.size, 0) };
  }

  #of(channel) {
    if (!this.#channels.has(channel)) {
      this.#channels.set(channel, { is_wanted: false, confirmations: [], leaves_behind: new Set(), runs: [], seen: new Set() });
    }
    return this.#channels.get(channel);
  }

  #end_run(run) {
    this.ping().then(() => (run.is_over = true));
  }

  #hear({ event, channel, data }) {
    if (event === "pusher:pong") this.#pings.shift()();
    else if (event === "pusher_internal:subscription_succeeded") this.#confirm(channel);
    else if (event === "tick" || event === "client-tick") this.#take(channel, typeof data === "string" ? JSON.parse(data) : data);
    else if (event !== "pusher:cache_miss" && event !== "pusher_internal:subscription_count") {
      this.faults.push(`${this.name} got ${event} ${JSON.stringify(data)}`);
    }
  }

  #confirm(channel) {
    const subscription = this.#of(channel);
    const run = new SubscriptionRun(this.journal, this.name, channel);
    subscription.runs.push(run);
    const confirmation = subscription.confirmations.shift();
    if (!confirmation) return this.faults.push(`${this.name} was confirmed on ${channel} once too often`);
    if (subscription.leaves_behind.delete(confirmation)) this.#end_run(run);
    return confirmation();
  }

  #take(channel, { publisher, n }) {
    const { runs, seen } = this.#of(channel);
    const run = runs.at(-1);
    if (!run || run.is_over) this.faults.push(`${this.name} got ${n} of ${publisher} on ${channel}, where it is not subscribed`);
    else run.take(publisher, n);
    // A cache channel gives its last event again to who comes back.
    if (seen.has(n) && !channel.includes("cache-")) this.faults.push(`${this.name} got ${n} on ${channel} twice`);
    seen.add(n);
  }
}
