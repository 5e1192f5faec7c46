// One connection that holds hundreds of channels: each is found again, and nothing else is.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { post } from "../support/signed_request.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;
const CHANNELS = Array.from({ length: 300 }, (_, n) => `channel-${n}`);

function received(client, event) {
  return client.events.filter((one) => one.event === event).map(({ channel }) => channel).sort();
}

// To all channels, a hundred at a time; then to the marker, which comes behind them.
async function tell_all(node, event) {
  for (let i = 0; i < CHANNELS.length; i += 100)
    assert.equal((await post(node, { name: event, channels: CHANNELS.slice(i, i + 100), data: "x" })).status, 200);
  assert.equal((await post(node, { name: event, channel: "marker", data: "x" })).status, 200);
}

process_test("a connection hears exactly the channels that it holds, also when it has left and joined many", async (scope) => {
  const node = await Cluster.start(scope, { workers: 1 });
  const client = await PusherWs.open(scope, node);
  const other = await PusherWs.open(scope, node);
  await other.subscribe(CHANNELS[0]);
  await client.subscribe("marker");
  const is_held = async (held, event) => {
    await tell_all(node, event);
    await client.gets((one) => one.event === event && one.channel === "marker");
    assert.deepEqual(received(client, event), [...held, "marker"].sort());
  };
  const confirmed = (count) => wait_until(`${count} subscriptions`, DEADLINE_MS, () =>
    received(client, "pusher_internal:subscription_succeeded").length === count);

  for (const channel of CHANNELS) client.ask_for(channel);
  await confirmed(301);
  await is_held(CHANNELS, "first");

  client.ask_for(CHANNELS[299]);
  await client.gets(({ event, data }) => event === "pusher:error" && /Existing subscription to channel channel-299/.test(data.message));

  const left = CHANNELS.filter((_, n) => n % 3 !== 1), kept = CHANNELS.filter((_, n) => n % 3 === 1);
  for (const channel of left) client.unsubscribe(channel);
  client.unsubscribe("nobody's");
  client.ask_for(CHANNELS[150]);
  await confirmed(302);
  await is_held([...kept, CHANNELS[150]], "second");
  assert.deepEqual(received(other, "second"), [CHANNELS[0]]);

  for (const channel of left) client.ask_for(channel);
  await confirmed(302 + left.length - 1);
  await is_held(CHANNELS, "third");

  await client.close();
  await tell_all(node, "fourth");
  await other.gets(({ event }) => event === "fourth");
  assert.deepEqual(received(client, "fourth"), []);
});
