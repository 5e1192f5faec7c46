// Two nodes on one Redis, and official Pusher clients and SDKs pointed at them: what a user changes is host, port and credentials.
import Pusher from "pusher";
import PusherJs from "pusher-js";

import { Cluster } from "./cluster.mjs";
import { Redis } from "./redis.mjs";
import { wait_until, within } from "./wait_until.mjs";

export const APP = { id: "app-id", key: "app-key", secret: "app-secret" };  // the development app

const DEADLINE_MS = 20_000;

export async function start_pair(scope, options = {}) {
  const redis = await Redis.start(scope);
  return Promise.all([1, 2].map(() => Cluster.start(scope, { redis_url: redis.url, ...options })));
}

// The Node SDK, as a back end uses it.
export function make_sdk(cluster, options = {}) {
  return new Pusher({ appId: APP.id, key: APP.key, secret: APP.secret, host: "127.0.0.1", port: String(cluster.port),
    useTLS: false, cluster: "", encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString("base64"), ...options });
}

// What a back end's signature says of a user on a presence channel.
function member_of(channel, user) {
  return channel.startsWith("presence-") ? { user_id: user.id, user_info: user.user_info } : undefined;
}

// Options that pusher-js and laravel-echo share; channels and users are signed by the SDK, as a back end would.
export function client_options(cluster, user) {
  const sdk = make_sdk(cluster);
  return {
    cluster: "", wsHost: "127.0.0.1", wsPort: cluster.port, forceTLS: false, enabledTransports: ["ws"], enableStats: false,
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, done) =>
        done(null, sdk.authorizeChannel(socketId, channelName, member_of(channelName, user))),
    },
    userAuthentication: {
      customHandler: ({ socketId }, done) => done(null, sdk.authenticateUser(socketId, user)),
    },
  };
}

export class PusherClient {
  static async open(scope, cluster, { user, key = APP.key, ...options } = {}) {
    const client = new PusherClient(scope, cluster, key, { ...client_options(cluster, user), ...options });
    await client.reaches("connected");
    return client;
  }

  constructor(scope, cluster, key, options) {
    this.errors = [];
    this.pusher = new PusherJs(key, options);
    this.pusher.connection.bind("error", (error) => this.errors.push(error));
    scope.defer(() => this.pusher.disconnect());
  }

  get socket_id() {
    return this.pusher.connection.socket_id;
  }

  reaches(state) {
    return wait_until(`pusher-js is ${state}`, DEADLINE_MS, () => this.pusher.connection.state === state);
  }

  // Resolves when the server has confirmed; `events` holds what the channel gets from then on.
  async subscribe(name) {
    const channel = this.pusher.subscribe(name);
    const events = [];
    channel.bind_global((event, data) => event.startsWith("pusher:") || events.push({ event, data }));
    await within(DEADLINE_MS, `a subscription to ${name}`, new Promise((resolve, reject) => {
      channel.bind("pusher:subscription_succeeded", resolve);
      channel.bind("pusher:subscription_error", (error) => reject(new Error(JSON.stringify(error))));
    }));
    return { channel, events, gets: (count) => gets(events, name, count) };
  }

  error_like(pattern) {
    return wait_until(`an error like ${pattern}`, DEADLINE_MS, () =>
      this.errors.find((error) => pattern.test(JSON.stringify(error))));
  }
}

async function gets(events, name, count) {
  await wait_until(`${count} events on ${name}`, DEADLINE_MS, () => events.length >= count);
  return events;
}
