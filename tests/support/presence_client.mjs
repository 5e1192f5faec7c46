// pusher-js as a user in a presence channel, with what it was told of the others.
import assert from "node:assert/strict";

import { PusherClient } from "./pusher.mjs";
import { wait_until } from "./wait_until.mjs";

const DEADLINE_MS = 20_000;

export const user = (id) => ({ id, user_info: { name: `name of ${id}` } });

// A client that is a user in a presence channel; `changes` has "+id" and "-id" as pusher-js told them.
export async function join(scope, node, id, name = "presence-room") {
  const client = await PusherClient.open(scope, node, { user: user(id) });
  const changes = [];
  const channel = client.pusher.subscribe(name);
  channel.bind("pusher:member_added", (member) => changes.push(`+${member.id}`));
  channel.bind("pusher:member_removed", (member) => changes.push(`-${member.id}`));
  return { client, changes, ...(await client.subscribe(name)) };
}

export function ids_of({ channel }) {
  const ids = [];
  channel.members.each((member) => ids.push(member.id));
  return ids.sort();
}

export function changed(member, expected, deadline_ms = DEADLINE_MS) {
  return wait_until(`${expected} is announced`, deadline_ms, () => {
    assert.deepEqual([...member.changes].sort(), [...expected].sort());
    return true;
  });
}
