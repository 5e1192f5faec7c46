// Presence channels by pusher-js on two nodes: who is there, who comes, who goes, whatever ends them.
import assert from "node:assert/strict";

import { signal_process } from "../support/child.mjs";
import { changed, ids_of, join, user } from "../support/presence_client.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, PusherClient, make_sdk, start_pair } from "../support/pusher.mjs";
import { write_config } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";

const DEADLINE_MS = 20_000;
const NODE_DEATH_MS = 12_000;
const WORKER_DEATH_MS = 3_000;

// Clients that are lost stay away, as when their machine is gone too.
function stay_away({ client }) {
  const { connection } = client.pusher;
  for (const event of ["state_change", "connecting_in"]) connection.bind(event, () => client.pusher.disconnect());
}

function config_with(scope, rows) {
  const text = `[[app]]\nid = "${APP.id}"\nkey = "${APP.key}"\nsecret = "${APP.secret}"\n${rows}\n`;
  return { flags: [`--config=${write_config(scope, text)}`] };
}

process_test("a newcomer is told who is there, on both nodes, and the others are told of the newcomer", async (scope) => {
  const nodes = await start_pair(scope);
  const alice = await join(scope, nodes[0], "alice");
  assert.deepEqual(alice.channel.members.me, { id: "alice", info: { name: "name of alice" } });
  assert.equal(alice.channel.members.count, 1);
  const bob = await join(scope, nodes[1], "bob");
  assert.equal(bob.channel.members.count, 2);
  assert.deepEqual(ids_of(bob), ["alice", "bob"]);
  assert.deepEqual(bob.channel.members.get("alice"), { id: "alice", info: { name: "name of alice" } });
  await changed(alice, ["+bob"]);
  assert.deepEqual(ids_of(alice), ["alice", "bob"]);
  assert.deepEqual(alice.channel.members.get("bob").info, { name: "name of bob" });
  bob.client.pusher.unsubscribe("presence-room");
  await changed(alice, ["+bob", "-bob"]);
  assert.equal(alice.channel.members.count, 1);
  assert.deepEqual(bob.changes, []);
});

process_test("a user with connections on both nodes is announced once, and gone with the last of them", async (scope) => {
  const nodes = await start_pair(scope);
  const watchers = await Promise.all(nodes.map((node, n) => join(scope, node, `watcher ${n}`)));
  for (const watcher of watchers) await wait_until("both watchers are seen", DEADLINE_MS, () => ids_of(watcher).length === 2);
  for (const watcher of watchers) watcher.changes.length = 0;
  const tabs = [];
  for (const node of [...nodes, ...nodes]) tabs.push(await join(scope, node, "alice"));
  for (const tab of tabs) assert.equal(tab.channel.members.count, 3);
  for (const tab of tabs.slice(0, 3)) tab.client.pusher.disconnect();
  // Whoever comes afterwards is announced behind all that.
  await join(scope, nodes[0], "bob");
  for (const watcher of watchers) await changed(watcher, ["+alice", "+bob"]);
  tabs[3].client.pusher.unsubscribe("presence-room");
  for (const watcher of watchers) await changed(watcher, ["+alice", "+bob", "-alice"]);
  for (const tab of tabs.slice(0, 3)) assert.ok(tab.changes.every((change) => change === "+bob"), `${tab.changes}`);
});

process_test("user ids may be numbers", async (scope) => {
  const nodes = await start_pair(scope);
  const seven = await join(scope, nodes[0], 7);
  assert.deepEqual(seven.channel.members.me.info, { name: "name of 7" });
  const eight = await join(scope, nodes[1], 8);
  assert.deepEqual(ids_of(eight), ["7", "8"]);
  await changed(seven, ["+8"]);
  await join(scope, nodes[0], "8");
  assert.equal(seven.channel.members.count, 2);
  const { users } = await (await make_sdk(nodes[0]).get({ path: "/channels/presence-room/users" })).json();
  assert.deepEqual(users.map(({ id }) => id).sort(), ["7", "8"]);
});

process_test("who is signed in joins without channel_data, as the user who they are", async (scope) => {
  const nodes = await start_pair(scope);
  const bob = await join(scope, nodes[1], "bob");
  const sdk = make_sdk(nodes[0]);
  const client = await PusherClient.open(scope, nodes[0], { user: user("alice"), channelAuthorization: {
    customHandler: ({ socketId, channelName }, done) => done(null, sdk.authorizeChannel(socketId, channelName)) } });
  client.pusher.signin();
  await client.pusher.user.signinDonePromise;
  const { channel } = await client.subscribe("presence-room");
  assert.deepEqual(channel.members.me, { id: "alice", info: { name: "name of alice" } });
  await changed(bob, ["+alice"]);
});

process_test("a client event on a presence channel says which user sent it", async (scope) => {
  const nodes = await start_pair(scope);
  const [alice, bob] = await Promise.all(["alice", "bob"].map((id, n) => join(scope, nodes[n], id)));
  const heard = [];
  bob.channel.bind("client-typing", (data, { user_id }) => heard.push([data, user_id]));
  alice.channel.trigger("client-typing", { on: true });
  await wait_until("the event is heard", DEADLINE_MS, () => heard.length === 1);
  assert.deepEqual(heard, [[{ on: true }, "alice"]]);
  assert.deepEqual(alice.events, []);
});

process_test("a presence-cache- channel has members, and its last event for newcomers", async (scope) => {
  const nodes = await start_pair(scope);
  const alice = await join(scope, nodes[0], "alice", "presence-cache-news");
  await make_sdk(nodes[1]).trigger("presence-cache-news", "headline", { n: 1 });
  assert.deepEqual(await alice.gets(1), [{ event: "headline", data: { n: 1 } }]);
  const bob = await join(scope, nodes[1], "bob", "presence-cache-news");
  assert.deepEqual(await bob.gets(1), [{ event: "headline", data: { n: 1 } }]);
  assert.deepEqual(ids_of(bob), ["alice", "bob"]);
});

process_test("a node that dies takes its users along: each is gone once, who is on the other node too stays", async (scope) => {
  const nodes = await start_pair(scope);
  const watcher = await join(scope, nodes[1], "watcher");
  const lost = [];
  for (const id of ["alice", "alice", "bob", "carol"]) lost.push(await join(scope, nodes[0], id));
  await join(scope, nodes[1], "carol");
  await changed(watcher, ["+alice", "+bob", "+carol"]);
  lost.forEach(stay_away);
  watcher.changes.length = 0;
  await nodes[0].kill_node();
  await changed(watcher, ["-alice", "-bob"], NODE_DEATH_MS);
  const { users } = await (await make_sdk(nodes[1]).get({ path: "/channels/presence-room/users" })).json();
  assert.deepEqual(users.map(({ id }) => id).sort(), ["carol", "watcher"]);
  // Nothing of it comes again: what is announced next is the next thing that happens.
  await join(scope, nodes[1], "dave");
  await changed(watcher, ["-alice", "-bob", "+dave"]);
});

process_test("a worker that dies takes its users along at once, and nobody else's", async (scope) => {
  const nodes = await start_pair(scope);
  nodes[0].expect_worker_deaths();
  const watcher = await join(scope, nodes[1], "watcher");
  const members = [];
  for (let n = 0; n < 12; ++n) members.push(await join(scope, nodes[0], `user ${n}`));
  await changed(watcher, members.map((_, n) => `+user ${n}`));
  members.forEach(stay_away);
  watcher.changes.length = 0;
  const { pid, clients } = (await nodes[0].wait_for_status("both workers have clients", ({ workers }) =>
    workers.every((worker) => worker.clients > 0) && workers.reduce((sum, worker) => sum + worker.clients, 0) === 12)).workers[0];
  signal_process(pid, "SIGKILL");
  await wait_until("each lost user is announced", WORKER_DEATH_MS, () => watcher.changes.length >= clients);
  const lost = members.flatMap(({ client }, n) => (client.pusher.connection.state === "connected" ? [] : [`-user ${n}`]));
  assert.equal(lost.length, clients);
  await changed(watcher, lost);
});

process_test("a channel that is full says so with 4100, but takes another connection of a member", async (scope) => {
  const nodes = await start_pair(scope, config_with(scope, "max_presence_members_per_channel = 2"));
  const [alice] = await Promise.all(["alice", "bob"].map((id, n) => join(scope, nodes[n], id)));
  await join(scope, nodes[1], "alice");
  const carol = await PusherClient.open(scope, nodes[1], { user: user("carol") });
  await assert.rejects(carol.subscribe("presence-room"), /"status":4100/);
  await carol.error_like(/4100|full|members/i);
  assert.equal(carol.pusher.connection.state, "connected");
  assert.deepEqual(ids_of(alice), ["alice", "bob"]);
});

process_test("a member that is too large is refused with 4301 and the connection is kept", async (scope) => {
  const [node] = await start_pair(scope);
  const large = { id: "alice", user_info: { name: "x".repeat(2 * 1024) } };
  const client = await PusherClient.open(scope, node, { user: large });
  await assert.rejects(client.subscribe("presence-room"), /"status":4301/);
  await client.error_like(/4301|large/i);
  await client.subscribe("orders");
});
