// `belfry trigger` and `belfry connect` as a back end and a client that speak Pusher.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { free_port } from "../support/free_port.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP } from "../support/pusher.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { Terminal } from "../support/terminal.mjs";

const PATH = `/app/${APP.key}`;

function trigger(scope, cluster, args, options) {
  return run_belfry(scope, ["trigger", ...args, `--runtime-dir=${cluster.runtime_dir}`], options);
}

function http_url(cluster, path = "") {
  return `http://127.0.0.1:${cluster.port}${path}`;
}

// What `client` gets of the event, without its name.
async function data_of(client, event, channel) {
  return (await client.gets((got) => got.event === event && got.channel === channel)).data;
}

process_test("trigger publishes to several channels with what the local node says of itself", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await PusherWs.open(scope, cluster);
  for (const channel of ["orders", "private-a"]) await client.subscribe(channel);
  for (const [app, event] of [[APP.id, "by-id"], [APP.key, "by-key"]]) {
    const { code, output } = await trigger(scope, cluster, [app, "orders,private-a", event, "[1, 2]"]);
    assert.equal(code, 0, output);
    assert.equal(output, "");
    for (const channel of ["orders", "private-a"]) assert.deepEqual(await data_of(client, event, channel), [1, 2]);
  }
  assert.ok(client.ws.messages.some((text) => text.includes('"data":"[1, 2]"')), "the data comes as it was given");
});

process_test("trigger reads its data from standard input and leaves out a connection", async (scope) => {
  const cluster = await Cluster.start(scope);
  const [sender, other] = [await PusherWs.open(scope, cluster), await PusherWs.open(scope, cluster)];
  for (const client of [sender, other]) await client.subscribe("orders");
  const args = [APP.id, "orders", "shipped", "-", "--socket-id", sender.socket_id];
  const { code, output } = await trigger(scope, cluster, args, { input: "grüß\ndich\n" });
  assert.equal(code, 0, output);
  assert.equal(await data_of(other, "shipped", "orders"), "grüß\ndich");
  assert.equal((await trigger(scope, cluster, [APP.id, "orders", "last", "1"])).code, 0);
  await data_of(sender, "last", "orders");
  assert.deepEqual(sender.events_of("orders").filter(({ event }) => event === "shipped"), []);
});

process_test("trigger takes its app from a file, and its address and its keys from flags", async (scope) => {
  const file = join(make_temp_dir(scope), "belfry.toml");
  writeFileSync(file, '[[app]]\nid = "7"\nkey = "seven"\nsecret = "of seven"\n');
  const cluster = await Cluster.start(scope, { flags: [`--config=${file}`, "--path-prefix=/ws"] });
  const terminal = await Terminal.open(scope, cluster.url("/ws/app/seven"), "--channel=private-a", "--secret=of seven");
  await terminal.shows_like(/private-a.*subscription_succeeded/);
  const runs = [
    ["seven", "private-a", "from-file", "1", `--url=${http_url(cluster)}`, `--config=${file}`],
    ["7", "private-a", "from-flags", "2", `--url=${http_url(cluster)}`, "--key=seven", "--secret=of seven"],
    ["7", "private-a", "with-prefix", "3", `--url=${http_url(cluster, "/ws/")}`, "--key=seven", "--secret=of seven"],
  ];
  for (const args of runs) {
    const { code, output } = await run_belfry(scope, ["trigger", ...args]);
    assert.equal(code, 0, output);
    await terminal.shows(`[private-a] ${args[2]} ${args[3]}`);
  }
});

process_test("trigger says why nothing was published, with an exit code for each kind of reason", async (scope) => {
  const cluster = await Cluster.start(scope);
  const url = `--url=${http_url(cluster)}`;
  const cases = [
    [["nobody", "orders", "e", "1", url], 78, /no app "nobody".*app-id/],
    [[APP.id, "orders", "e", "1", url, `--key=${APP.key}`, "--secret=wrong"], 1, /401.*signature/],
    [[APP.id, "or ders", "e", "1", url], 1, /400.*channel/],
    [[APP.id, "orders", "e", "x".repeat(20_000), url], 1, /413/],
    [[APP.id, ",", "e", "1", url], 64, /no channel/],
    [[APP.id, "orders", "e", "1", "--url=ws://127.0.0.1/"], 64, /http:\/\//],
    [[APP.id, "orders", "e", "1", url, "--secret=alone"], 64, /--key/],
    [[APP.id, "orders", "e", "1", `--url=http://127.0.0.1:${await free_port()}`], 69, /refused/i],
    [[APP.id, "orders", "e", "1", `--runtime-dir=${make_temp_dir(scope)}`], 69, /no belfry is running/],
  ];
  for (const [args, code, pattern] of cases) {
    const result = await run_belfry(scope, ["trigger", ...args]);
    assert.equal(result.code, code, `${args.join(" ").slice(0, 200)}: ${result.output}`);
    assert.match(result.output, pattern);
  }
});

process_test("a client event that is typed in one terminal is shown in the other", async (scope) => {
  const cluster = await Cluster.start(scope);
  const [first, second] = await Promise.all([1, 2].map(() =>
    Terminal.open(scope, cluster.url(PATH), "--channel=private-a")));
  await second.shows("[private-a] pusher_internal:subscription_succeeded {}");
  first.type('client-typing {"user": 1}');
  await second.shows('[private-a] client-typing {"user": 1}'.replace(": 1", ":1"));
  first.type('{"event":"client-json","channel":"private-a","data":"words"}');
  await second.shows("[private-a] client-json words");
  assert.equal(await first.end_input(), 0);
  assert.equal(await second.end_input(), 0);
});

process_test("presence channels are joined under the id that is named", async (scope) => {
  const cluster = await Cluster.start(scope);
  const first = await Terminal.open(scope, cluster.url(PATH), "--channel=presence-a");
  await first.shows_like(/subscription_succeeded.*"count":1/);
  await Terminal.open(scope, cluster.url(PATH), "--channel=presence-a", "--user=seven");
  assert.match(await first.shows_like(/member_added/), /"user_id":"seven"/);
});

process_test("input waits for the subscriptions, so that connect can stand behind a pipe", async (scope) => {
  const cluster = await Cluster.start(scope);
  const other = await PusherWs.open(scope, cluster);
  await other.subscribe("private-a");
  const { code, output } = await run_belfry(scope, ["connect", cluster.url(PATH), "--channel=private-a", "--json"],
    { input: "client-piped [1]\n" });
  assert.equal(code, 0, output);
  assert.deepEqual(await data_of(other, "client-piped", "private-a"), [1]);
  assert.match(output, /^\{"event":"pusher:connection_established"/m);
});

process_test("connect fails when the server refuses the app or a channel, and without a Pusher URL", async (scope) => {
  const cluster = await Cluster.start(scope);
  const cases = [
    [[cluster.url("/app/nobody"), "--channel=orders"], 69, /4001/],
    [[cluster.url(PATH), "--channel=private-a", "--secret=wrong"], 1, /a subscription was refused/],
    [[cluster.url("/app/nobody"), "--channel=private-a"], 78, /no app "nobody"/],
    [[cluster.url("/"), "--channel=orders"], 64, /\/app\/KEY/],
  ];
  for (const [args, code, pattern] of cases) {
    const result = await run_belfry(scope, ["connect", ...args], { input: "" });
    assert.equal(result.code, code, `${args.join(" ")}: ${result.output}`);
    assert.match(result.output, pattern);
  }
});
