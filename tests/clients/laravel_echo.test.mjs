// laravel-echo, as a Laravel front end uses it, with the broadcasters `pusher` and `reverb`.
import assert from "node:assert/strict";

import Echo from "laravel-echo";
import PusherJs from "pusher-js";

import { process_test } from "../support/process_test.mjs";
import { APP, client_options, make_sdk, start_pair } from "../support/pusher.mjs";
import { wait_until, within } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;

function open_echo(scope, node, broadcaster) {
  const echo = new Echo({ broadcaster, Pusher: PusherJs, key: APP.key, wssPort: node.port, ...client_options(node) });
  scope.defer(() => echo.disconnect());
  return echo;
}

function subscribed(channel) {
  return within(DEADLINE_MS, `a subscription to ${channel.name}`, new Promise((resolve, reject) => {
    channel.subscribed(resolve);
    channel.error((error) => reject(new Error(JSON.stringify(error))));
  }));
}

for (const broadcaster of ["pusher", "reverb"]) {
  process_test(`Echo (${broadcaster}) hears broadcasts on public and private channels, and whispers`, async (scope) => {
    const nodes = await start_pair(scope);
    const [first, second] = nodes.map((node) => open_echo(scope, node, broadcaster));
    const heard = [];
    const orders = first.channel("orders").listen("OrderShipped", (event) => heard.push(["shipped", event]));
    const room = first.private("room.1").listen(".plain", (event) => heard.push(["plain", event]))
      .listenForWhisper("typing", (event) => heard.push(["typing", event]));
    const other_room = second.private("room.1");
    await Promise.all([orders, room, other_room].map(subscribed));
    const sdk = make_sdk(nodes[1]);
    await sdk.trigger("orders", "App\\Events\\OrderShipped", { id: 7 });
    await wait_until("the broadcast is heard", DEADLINE_MS, () => heard.length === 1);
    await sdk.trigger("private-room.1", "plain", { n: 1 });
    await wait_until("the private one is heard", DEADLINE_MS, () => heard.length === 2);
    other_room.whisper("typing", { user: 2 });
    await wait_until("the whisper is heard", DEADLINE_MS, () => heard.length === 3);
    assert.deepEqual(heard, [["shipped", { id: 7 }], ["plain", { n: 1 }], ["typing", { user: 2 }]]);
    assert.match(first.socketId(), /^\d+\.\d+$/);
  });
}
