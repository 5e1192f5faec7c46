// `belfry connect` and `belfry send`: a WebSocket client for the terminal and for scripts.
import assert from "node:assert/strict";

import { wait_until_all_hear } from "../support/audience.mjs";
import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { free_port } from "../support/free_port.mjs";
import { process_test } from "../support/process_test.mjs";
import { Redis } from "../support/redis.mjs";
import { Terminal } from "../support/terminal.mjs";
import { wait_until, within } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

process_test("what is typed in one terminal is shown in the other", async (scope) => {
  const cluster = await Cluster.start(scope);
  const [first, second] = await Promise.all([1, 2].map(() => Terminal.open(scope, cluster.url())));
  await wait_until("a typed line is shown", 20_000, async () => {
    first.type("are you there?");
    await wait_until("shown", 500, () => second.child.stdout.includes("are you there?\n"));
    return true;
  });
  second.type("grüß dich");
  await first.shows("grüß dich");
  assert.equal(await first.end_input(), 0);
  assert.equal(await second.end_input(), 0);
});

process_test("connect ends with 69 and says so when the server goes away", async (scope) => {
  const cluster = await Cluster.start(scope);
  const terminal = await Terminal.open(scope, cluster.url());
  await cluster.stop();
  const { code } = await within(20_000, "belfry connect ends", terminal.child.exit);
  assert.equal(code, 69);
  assert.match(terminal.child.output, /1001/);
});

process_test("connect shows control characters harmlessly", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  const terminal = await Terminal.open(scope, cluster.url());
  await wait_until("a message is shown", 20_000, async () => {
    await redis.publish("new_message", "\x1b[2Jline\nbreak");
    await wait_until("shown", 500, () => terminal.child.stdout.includes("line"));
    return true;
  });
  assert.ok(!terminal.child.stdout.includes("\x1b"));
  assert.equal(new Set(terminal.child.stdout.trim().split("\n")).size, 1);
});

process_test("send sends each argument in order and closes cleanly", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => client.send(probe));
  const { code, output } = await run_belfry(scope, ["send", cluster.url(), "hello", '{"a": [1, 2]}', "", "[x,y]"]);
  assert.equal(code, 0, output);
  for (const message of ["hello", '{"a": [1, 2]}', "", "[x,y]"]) assert.equal(await client.next(), message);
});

process_test("send - sends each line of its input, thousands of them", async (scope) => {
  const cluster = await Cluster.start(scope);
  const client = await WsClient.open(scope, cluster.url());
  await wait_until_all_hear([client], (probe) => client.send(probe));
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
  const { code, output } = await run_belfry(scope, ["send", cluster.url(), "-"], { input: `${lines.join("\n")}\n` });
  assert.equal(code, 0, output);
  await client.wait_for_messages(lines.length);
  assert.deepEqual(client.messages, lines);
});

process_test("send fails with the reason when Redis did not take the message", async (scope) => {
  const redis_url = `redis://127.0.0.1:${await free_port()}`;
  const cluster = await Cluster.start(scope, { redis_url, wait_for: "workers" });
  const { code, output } = await run_belfry(scope, ["send", cluster.url(), "into the void"]);
  assert.equal(code, 1, output);
  assert.match(output, /not sent/);
});

// Its close is answered only when what it sent has been: otherwise it would have gone with a success that nobody saw.
process_test("send waits for the fate of its message, and fails when Redis does not tell it", async (scope) => {
  const redis = await Redis.start(scope);
  const cluster = await Cluster.start(scope, { redis_url: redis.url });
  redis.freeze();
  const { code, output } = await run_belfry(scope, ["send", cluster.url(), "into the void"]);
  assert.equal(code, 1, output);
  assert.match(output, /sent/);
});

process_test("send and connect say what is wrong with their address", async (scope) => {
  const port = await free_port();
  const cases = [
    [`ws://127.0.0.1:${port}/`, 69, /refused/i],
    ["ws://no-such-host.invalid/", 69, /no-such-host\.invalid/],
    ["http://localhost/", 64, /ws:\/\//],
    ["localhost:9000", 64, /ws:\/\//],
    ["ws://localhost:99999/", 64, /port|65535/i],
  ];
  for (const [url, code, pattern] of cases) {
    const result = await run_belfry(scope, ["send", url, "x"]);
    assert.equal(result.code, code, `${url}: ${result.output}`);
    assert.match(result.output, pattern);
  }
});

process_test("send and connect say which status refused the upgrade", async (scope) => {
  const cluster = await Cluster.start(scope);
  const unknown = await run_belfry(scope, ["send", cluster.url("/nothing"), "x"]);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.output, /404/);
  const foreign = await run_belfry(scope, ["send", "--origin=https://evil.example", cluster.url(), "x"]);
  assert.match(foreign.output, /403/);
});

process_test("send of a message that is too big fails with the close code", async (scope) => {
  const cluster = await Cluster.start(scope);
  const { code, output } = await run_belfry(scope, ["send", cluster.url(), "x".repeat(100_000)]);
  assert.notEqual(code, 0);
  assert.match(output, /1009/);
});
