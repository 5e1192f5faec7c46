// A model of presence channels, checked against a cluster while faults are injected: who is in each channel by what the
// test itself did, and observers whose snapshot plus events must add up at every moment and equal the truth at the end.
import assert from "node:assert/strict";

import { auth_of } from "./pusher_ws.mjs";
import { APP } from "./pusher.mjs";
import { WsClient } from "./ws_client.mjs";
import { wait_until } from "./wait_until.mjs";

const REMEMBERED_MS = 45_000; // an event may come so long after what caused it, while Redis is away

class Attendance {
  holders = new Set();  // connections that are this user in this channel, or are about to be
  last_held = -Infinity;
  last_free = -Infinity;

  change(edit) {
    this.#note();
    edit(this.holders);
    this.#note();
  }

  was_held_lately() {
    this.#note();
    return performance.now() - this.last_held < REMEMBERED_MS;
  }

  was_free_lately() {
    this.#note();
    return performance.now() - this.last_free < REMEMBERED_MS;
  }

  #note() {
    if (this.holders.size > 0) this.last_held = performance.now();
    else this.last_free = performance.now();
  }
}

export class PresenceModel {
  #scope;
  #channels = new Map();  // name -> user -> Attendance
  members = [];
  faults = [];            // what must not have happened

  constructor(scope) {
    this.#scope = scope;
  }

  attendance(channel, user) {
    if (!this.#channels.has(channel)) this.#channels.set(channel, new Map());
    const users = this.#channels.get(channel);
    if (!users.has(user)) users.set(user, new Attendance());
    return users.get(user);
  }

  users_of(channel) {
    return [...(this.#channels.get(channel) ?? [])].filter(([, one]) => one.holders.size > 0).map(([user]) => user).sort();
  }

  // A connection that wants to be `user` in `channel`, on `node`.
  join(node, channel, user) {
    const member = new Member(this, channel, user);
    this.members.push(member);
    member.open(this.#scope, node);
  }

  // Whoever asked to join is in, or his connection is lost.
  confirms(deadline_ms) {
    return wait_until("whoever asked to join is in", deadline_ms, () => {
      assert.deepEqual(this.members.filter((member) => !member.is_here).map((member) => member.describe()), []);
      return true;
    });
  }

  // Every observer's list is the truth.
  async settles(deadline_ms) {
    await wait_until("every member sees exactly who is there", deadline_ms, () => {
      for (const member of this.members.filter((one) => one.sees !== null)) {
        assert.deepEqual([...member.sees].sort(), this.users_of(member.channel),
          `${member.user} in ${member.channel} sees something else than the truth`);
      }
      return true;
    });
    assert.deepEqual(this.faults, []);
  }
}

class Member {
  sees = null;  // the users whom it was told of; null: not subscribed
  #model;
  #ws;

  constructor(model, channel, user) {
    Object.assign(this, { channel, user });
    this.#model = model;
  }

  async open(scope, node) {
    this.port = node.port;
    try {
      this.#ws = await WsClient.open(scope, node.url(`/app/${APP.key}?protocol=7&client=js&version=8.6.0`));
    } catch {
      return this.#gone();  // its worker or node has just died
    }
    this.#attend((holders) => holders.add(this));
    this.#ws.socket.on("message", (payload) => this.#hear(JSON.parse(payload)));
    this.#ws.messages.forEach((text) => this.#hear(JSON.parse(text)));
    this.#ws.closed.then(() => this.#gone());
  }

  describe() {
    return `${this.user} in ${this.channel} on port ${this.port}: ${this.#ws ? this.#ws.messages.at(-1) ?? "silence" : "not connected"}`;
  }

  // Unsubscribes, closes, or goes without a word.
  leave(how) {
    this.#gone();
    if (how === "unsubscribe") this.#ws.send(JSON.stringify({ event: "pusher:unsubscribe", data: { channel: this.channel } }));
    else if (how === "close") this.#ws.socket.close();
    else this.#ws.socket.terminate();
    this.left = true;
  }

  get is_here() {
    return this.sees !== null;
  }

  #attend(edit) {
    this.#model.attendance(this.channel, this.user).change(edit);
  }

  #gone() {
    this.sees = null;
    this.left = true;
    this.#attend((holders) => holders.delete(this));
    const { members } = this.#model;
    if (members.includes(this)) members.splice(members.indexOf(this), 1);
  }

  #hear({ event, data, channel }) {
    if (event === "pusher:connection_established") this.#ask(JSON.parse(data).socket_id);
    if (channel !== this.channel || this.left) return;
    const said = typeof data === "string" ? JSON.parse(data) : data;
    if (event === "pusher_internal:subscription_succeeded") {
      this.sees = new Set(said.presence.ids);
      if (said.presence.count !== this.sees.size) this.#fault("was given a snapshot with somebody twice");
      if (!this.sees.has(this.user)) this.#fault("is not in its own snapshot");
    } else if (event === "pusher_internal:member_added") {
      if (this.sees.has(said.user_id)) this.#fault(`heard ${said.user_id} added twice`);
      if (!this.#model.attendance(channel, said.user_id).was_held_lately()) this.#fault(`heard ${said.user_id} added, who was not there`);
      this.sees.add(said.user_id);
    } else if (event === "pusher_internal:member_removed") {
      if (!this.sees.delete(said.user_id)) this.#fault(`heard ${said.user_id} removed, of whom it had not heard`);
      if (!this.#model.attendance(channel, said.user_id).was_free_lately()) this.#fault(`heard ${said.user_id} removed, who stayed`);
    }
  }

  #ask(socket_id) {
    const channel_data = JSON.stringify({ user_id: this.user, user_info: { name: this.user } });
    this.#ws.send(JSON.stringify({ event: "pusher:subscribe",
      data: { channel: this.channel, channel_data, auth: auth_of(`${socket_id}:${this.channel}:${channel_data}`) } }));
  }

  #fault(text) {
    this.#model.faults.push(`${this.user} in ${this.channel} ${text}`);
  }
}
