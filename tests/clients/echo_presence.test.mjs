// laravel-echo's presence channels on two nodes: here, joining, leaving and whispers, as a Laravel front end uses them.
import assert from "node:assert/strict";

import Echo from "laravel-echo";
import PusherJs from "pusher-js";

import { process_test } from "../support/process_test.mjs";
import { APP, client_options, start_pair } from "../support/pusher.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;

// Joins room.1; `heard` has what Echo called back with, in order.
function join(scope, node, broadcaster, id) {
  const user = { id, user_info: { id, name: `name of ${id}` } };
  const echo = new Echo({ broadcaster, Pusher: PusherJs, key: APP.key, wssPort: node.port, ...client_options(node, user) });
  scope.defer(() => echo.disconnect());
  const heard = [];
  const channel = echo.join("room.1")
    .here((users) => heard.push(["here", users.map((one) => one.id).sort()]))
    .joining((one) => heard.push(["joining", one.id, one.name]))
    .leaving((one) => heard.push(["leaving", one.id]))
    .listenForWhisper("typing", (data) => heard.push(["typing", data]))
    .error((error) => heard.push(["error", error]));
  return { echo, channel, heard };
}

async function hears({ heard }, expected) {
  await wait_until(`${expected.length} callbacks`, DEADLINE_MS, () => heard.length >= expected.length);
  assert.deepEqual(heard, expected);
}

for (const broadcaster of ["pusher", "reverb"]) {
  process_test(`Echo (${broadcaster}) calls here, joining and leaving, each once, across nodes`, async (scope) => {
    const nodes = await start_pair(scope);
    const alice = join(scope, nodes[0], broadcaster, "alice");
    await hears(alice, [["here", ["alice"]]]);
    const bob = join(scope, nodes[1], broadcaster, "bob");
    await hears(bob, [["here", ["alice", "bob"]]]);
    await hears(alice, [["here", ["alice"]], ["joining", "bob", "name of bob"]]);
    bob.channel.whisper("typing", { on: true });
    await hears(alice, [["here", ["alice"]], ["joining", "bob", "name of bob"], ["typing", { on: true }]]);
    bob.echo.leave("room.1");
    await hears(alice, [["here", ["alice"]], ["joining", "bob", "name of bob"], ["typing", { on: true }], ["leaving", "bob"]]);
    assert.deepEqual(bob.heard, [["here", ["alice", "bob"]]]);
  });
}
