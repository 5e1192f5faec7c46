// A client that speaks the Pusher protocol by hand, so that a test sees every message.
import { createHmac } from "node:crypto";

import { APP } from "./pusher.mjs";
import { wait_until } from "./wait_until.mjs";
import { WsClient } from "./ws_client.mjs";

const DEADLINE_MS = 30_000;

export function auth_of(text) {
  return `${APP.key}:${createHmac("sha256", APP.secret).update(text).digest("hex")}`;
}

export class PusherWs {
  static async open(scope, cluster) {
    const client = new PusherWs();
    client.ws = await WsClient.open(scope, cluster.url(`/app/${APP.key}?protocol=7&client=js&version=8.6.0`));
    client.socket_id = (await client.gets((event) => event.event === "pusher:connection_established")).data.socket_id;
    return client;
  }

  // All that came, in order, with `data` as the values that it holds where it is JSON in a string.
  get events() {
    return this.ws.messages.map((text) => {
      const event = JSON.parse(text);
      return typeof event.data === "string" ? { ...event, data: parsed(event.data) } : event;
    });
  }

  events_of(channel) {
    return this.events.filter((event) => event.channel === channel);
  }

  // The first event that `condition` holds for, when it has come.
  gets(condition, deadline_ms = DEADLINE_MS) {
    return wait_until(`a client gets ${condition}`, deadline_ms, () => this.events.find(condition));
  }

  send(message) {
    this.ws.send(JSON.stringify(message));
  }

  // Asks for a channel of any kind; `user` is {user_id, user_info} of a presence channel.
  ask_for(channel, user) {
    const data = { channel };
    if (/^(private|presence)-/.test(channel)) {
      const signed = [this.socket_id, channel];
      if (user) signed.push((data.channel_data = JSON.stringify(user)));
      data.auth = auth_of(signed.join(":"));
    }
    this.send({ event: "pusher:subscribe", data });
  }

  // Resolves with the data of subscription_succeeded.
  async subscribe(channel, user) {
    const before = this.ws.messages.length;
    this.ask_for(channel, user);
    return (await wait_until(`a subscription to ${channel}`, DEADLINE_MS, () =>
      this.events.slice(before).find((event) =>
        event.event === "pusher_internal:subscription_succeeded" && event.channel === channel))).data;
  }

  unsubscribe(channel) {
    this.send({ event: "pusher:unsubscribe", data: { channel } });
  }

  async sign_in(user) {
    const user_data = JSON.stringify(user);
    this.send({ event: "pusher:signin", data: { auth: auth_of(`${this.socket_id}::user::${user_data}`), user_data } });
    await this.gets((event) => event.event === "pusher:signin_success");
  }

  // What the member events of a presence channel say, in order: "+a", "-a".
  member_changes(channel) {
    return this.events_of(channel).flatMap(({ event, data }) =>
      event === "pusher_internal:member_added" ? [`+${data.user_id}`] :
        event === "pusher_internal:member_removed" ? [`-${data.user_id}`] : []);
  }

  totals(channel) {
    return this.events_of(channel).filter(({ event }) => event === "pusher_internal:subscription_count")
      .map(({ data }) => data.subscription_count);
  }

  close() {
    return this.ws.close();
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
