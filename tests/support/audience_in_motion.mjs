// Clients that behave as pusher-js does when their connection ends, a back end that publishes numbered events, and the
// account of both: who failed to connect, and who missed an event though it was subscribed all the time.
import WebSocket from "ws";

import { APP } from "./pusher.mjs";
import { post } from "./signed_request.mjs";
import { wait_until } from "./wait_until.mjs";

const CHANNEL = "news";
const PATH = `/app/${APP.key}?protocol=7&client=js&version=8.6.0`;
const PUBLISH_EACH_MS = 50;
const DEADLINE_MS = 60_000;
// An event that was published so shortly before a connection ended may have been on its way to it.
const ON_ITS_WAY_MS = 400;

const now = () => performance.now();

// One connection after the other, from one address.
class Wanderer {
  sessions = []; // {opened_at, subscribed_at, closed_at, code, heard: [number]}
  failures = [];
  #over = false;

  constructor(url, from) {
    this.url = url;
    this.from = from;
    this.#connect();
  }

  get is_subscribed() {
    const last = this.sessions.at(-1);
    return last?.subscribed_at !== undefined && last.closed_at === undefined;
  }

  get state() {
    return `${this.from}, ready state ${this.socket.readyState}, last session ${JSON.stringify({ ...this.sessions.at(-1), heard: [] })}`;
  }

  end() {
    this.#over = true;
    this.socket.terminate();
  }

  #connect() {
    if (this.#over) return;
    const session = { heard: [] };
    const socket = new WebSocket(this.url, { localAddress: this.from, perMessageDeflate: false, handshakeTimeout: 20_000 });
    this.socket = socket;
    socket.on("open", () => {
      session.opened_at = now();
      this.sessions.push(session);
    });
    socket.on("message", (text) => this.#hear(session, JSON.parse(text)));
    socket.on("error", (error) => {
      if (!session.opened_at && !this.#over) this.failures.push(`${this.from}: ${error.message}`);
    });
    socket.on("close", (code) => {
      session.closed_at = now();
      session.code = code;
      // pusher-js: at once after 4200 to 4299, else after a second.
      setTimeout(() => this.#connect(), code >= 4200 && code < 4300 ? 0 : 1_000);
    });
  }

  #hear(session, { event, data }) {
    if (event === "pusher:connection_established") {
      this.socket.send(JSON.stringify({ event: "pusher:subscribe", data: { channel: CHANNEL } }));
    } else if (event === "pusher_internal:subscription_succeeded") {
      session.subscribed_at = now();
    } else if (event === "pusher:ping") {
      this.socket.send(JSON.stringify({ event: "pusher:pong", data: {} }));
    } else if (event === "numbered") {
      session.heard.push(Number(data));
    }
  }
}

export class AudienceInMotion {
  published = []; // {number, asked_at, answered_at}
  refused = []; // of the publishes
  #is_asking = false;
  #next_number = 0;

  // Resolves when all are subscribed. `balancer` has url() and what signed_request.mjs wants.
  static async start(scope, balancer, addresses) {
    const audience = new AudienceInMotion(balancer, addresses);
    scope.defer(() => audience.#end());
    await audience.is_complete();
    audience.publishing = setInterval(() => audience.#publish(), PUBLISH_EACH_MS);
    return audience;
  }

  constructor(balancer, addresses) {
    this.balancer = balancer;
    this.clients = addresses.map((from) => new Wanderer(balancer.url(PATH), from));
  }

  is_complete() {
    return wait_until("every client is subscribed", DEADLINE_MS, () => {
      const away = this.clients.filter((client) => !client.is_subscribed);
      if (away.length > 0) throw new Error(`${away.length} are not: ${away[0].state}; failures: ${this.failures.slice(0, 3)}`);
      return true;
    });
  }

  // Everything that was published from here on has been heard by whoever is there.
  async settle() {
    await this.is_complete();
    const number = this.published.length;
    await wait_until("publishing goes on", DEADLINE_MS, () => this.published.length > number + 3);
  }

  get failures() {
    return this.clients.flatMap((client) => client.failures);
  }

  get reconnects() {
    return this.clients.reduce((sum, client) => sum + client.sessions.length - 1, 0);
  }

  // Sentences; none when each subscriber heard each event once, and in order.
  complaints() {
    return this.clients.flatMap((client) => client.sessions.flatMap((session) => this.#complaints_of(client, session)));
  }

  #complaints_of(client, { subscribed_at, closed_at = now(), code, heard }) {
    if (subscribed_at === undefined) return [];
    const complaints = [];
    const due = this.published.filter(({ asked_at, answered_at }) =>
      asked_at >= subscribed_at && answered_at !== undefined && answered_at < closed_at - ON_ITS_WAY_MS);
    const set = new Set(heard);
    for (const { number } of due)
      if (!set.has(number)) complaints.push(`${client.from} missed ${number} (its connection ended with ${code ?? "nothing"})`);
    if (set.size !== heard.length) complaints.push(`${client.from} heard an event twice`);
    if (heard.some((number, i) => i > 0 && number < heard[i - 1])) complaints.push(`${client.from} heard events out of order`);
    return complaints;
  }

  // One after the other, so that their order is known. One that was refused, or whose fate is unknown, is none.
  async #publish() {
    if (this.#is_asking) return;
    this.#is_asking = true;
    const number = this.#next_number++;
    const asked_at = now();
    const said = await post(this.balancer, { name: "numbered", channel: CHANNEL, data: `${number}` }).catch((error) => error);
    if (said.status === 200) this.published.push({ number, asked_at, answered_at: now() });
    else this.refused.push(said.message ?? `${said.status}: ${JSON.stringify(said.body)}`);
    this.#is_asking = false;
  }

  #end() {
    clearInterval(this.publishing);
    for (const client of this.clients) client.end();
  }
}
