// Who a client is behind proxies: PROXY headers, X-Forwarded-For and Forwarded are believed from trusted_proxies and
// nobody else. `belfry tail` shows the address.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { proxy_v1, proxy_v2, v2_addresses, v2_field } from "../support/proxy_header.mjs";
import { APP } from "../support/pusher.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { Tail } from "../support/tail.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";

const DEADLINE_MS = 20_000;
const PROXY = "127.0.0.2";
const STRANGER = "127.0.0.3";
const CLIENT = "192.0.2.7";
const FLAGS = ["--workers=1", `--trusted-proxies=${PROXY}`, "--trusted-proxies=10.0.0.0/8"];

const v2 = proxy_v2(v2_addresses(CLIENT));
const up = "GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n";

function upgrade(fields = "", protocol = 7) {
  return `GET /app/${APP.key}?protocol=${protocol} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n` +
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
    `${fields}\r\n`;
}

class Node {
  static async start(scope, flags = FLAGS) {
    const node = new Node();
    node.scope = scope;
    node.cluster = await Cluster.start(scope, { flags });
    node.tail = await Tail.start(scope, node.cluster, `--app=${APP.key}`);
    return node;
  }

  connect(from = PROXY) {
    return RawSocket.connect(this.scope, this.cluster.port, { from });
  }

  // The address that the tail names for a client who sends these bytes.
  async address_of(bytes, { from, bytewise = false } = {}) {
    const socket = await this.connect(from);
    if (bytewise) await socket.write_bytewise(bytes);
    else socket.write(bytes);
    const socket_id = await socket.until("a greeting", DEADLINE_MS, () =>
      /socket_id\\":\\"([\d.]+)/.exec(socket.text)?.[1] ?? (socket.ended && "none"));
    const { client } = await this.tail.tells({ kind: "connected", socket_id });
    socket.destroy();
    return client;
  }

  async refusal_of(bytes, from) {
    const socket = await this.connect(from);
    socket.write(bytes);
    const { status } = await socket.take_response_head();
    await socket.wait_for_end();
    return { status, text: socket.text };
  }
}

process_test("without trusted proxies the peer is the client, whatever it says", async (scope) => {
  const node = await Node.start(scope, ["--workers=1"]);
  assert.equal(await node.address_of(upgrade(), { from: STRANGER }), STRANGER);
  assert.equal(await node.address_of(upgrade(`X-Forwarded-For: ${CLIENT}\r\n`)), PROXY);
});

process_test("a trusted proxy names the client in a PROXY header of either version", async (scope) => {
  const node = await Node.start(scope);
  assert.equal(await node.address_of(upgrade()), PROXY);
  for (const header of [proxy_v1(CLIENT), v2, proxy_v2(v2_addresses(CLIENT) + v2_field(4, "x".repeat(500)))]) {
    assert.equal(await node.address_of(header + upgrade()), CLIENT);
    assert.equal(await node.address_of(header + upgrade(), { bytewise: true }), CLIENT);
  }
  assert.equal(await node.address_of(proxy_v1("2001:db8::7") + upgrade()), "2001:db8::7");
});

process_test("a proxy that speaks for itself, or names no client, is the client", async (scope) => {
  const node = await Node.start(scope);
  const unix = proxy_v2("/".repeat(216), { family: 0x31 });
  for (const header of ["PROXY UNKNOWN\r\n", proxy_v2("", { command: 0x20, family: 0 }), unix])
    assert.equal(await node.address_of(header + upgrade()), PROXY);
});

process_test("a trusted proxy names the client in X-Forwarded-For or Forwarded", async (scope) => {
  const node = await Node.start(scope);
  const by = (fields, options) => node.address_of(upgrade(`${fields}\r\n`), options);
  assert.equal(await by(`X-Forwarded-For: 203.0.113.1, ${CLIENT}, 10.0.0.9`), CLIENT);
  assert.equal(await by(`Forwarded: for=203.0.113.1, for=${CLIENT};proto=https`), CLIENT);
  assert.equal(await by(`Forwarded: for=203.0.113.1\r\nX-Forwarded-For: ${CLIENT}`), CLIENT);
  assert.equal(await by(`X-Forwarded-For: ${CLIENT}, unknown, 10.0.0.9`), "10.0.0.9");
  assert.equal(await by(`X-Forwarded-For: ${CLIENT}`, { from: STRANGER }), STRANGER);
  assert.equal(await by(`Forwarded: for=${CLIENT}`, { from: STRANGER }), STRANGER);
});

process_test("fields count behind a PROXY header only where it names a trusted proxy", async (scope) => {
  const node = await Node.start(scope);
  const fields = upgrade(`X-Forwarded-For: ${CLIENT}\r\n`);
  assert.equal(await node.address_of(proxy_v1("203.0.113.1") + fields), "203.0.113.1");
  assert.equal(await node.address_of(proxy_v1("10.0.0.9") + fields), CLIENT);
  assert.equal(await node.address_of(`PROXY UNKNOWN\r\n${fields}`), PROXY);
  assert.equal(await node.address_of(proxy_v2("", { command: 0x20, family: 0 }) + fields), CLIENT); // LOCAL: its own words
});

process_test("who is not let in is named, too", async (scope) => {
  const node = await Node.start(scope);
  (await node.connect()).write(v2 + upgrade("", 1));
  assert.equal((await node.tail.tells({ kind: "refused", code: 4007 })).client, CLIENT);
});

process_test("a PROXY header of somebody else is refused and logged, though not each time", async (scope) => {
  const node = await Node.start(scope);
  for (const header of [proxy_v1(CLIENT), v2, "PROXY ", v2.slice(0, 12)]) {
    const { status, text } = await node.refusal_of(header, STRANGER);
    assert.equal(status, 400);
    assert.match(text, /trusted_proxies/);
  }
  const lines = node.cluster.log.split("\n").filter((line) => line.includes("PROXY header refused"));
  assert.equal(lines.length, 1);
  assert.match(lines[0], /peer=127\.0\.0\.3 reason="the peer is not in trusted_proxies"/);
});

process_test("a malformed PROXY header is refused, a second one and one behind a request too", async (scope) => {
  const node = await Node.start(scope);
  const malformed = ["PROXY TCP5 1 2 3 4\r\n", `PROXY UNKNOWN ${"x".repeat(100)}`, proxy_v2("abc"),
    proxy_v2(v2_addresses(CLIENT), { command: 0x22 }), proxy_v2(v2_addresses(CLIENT) + "\x04\xff\xff"),
    proxy_v2("x".repeat(5000)), v2 + v2, v2 + proxy_v1(CLIENT) + up, up + v2];
  for (const bytes of malformed) {
    const socket = await node.connect();
    socket.write(bytes);
    await socket.wait_for_end();
    assert.match(socket.text, /HTTP\/1\.1 400 /, JSON.stringify(bytes));
  }
  assert.equal((await node.cluster.status()).state, "running");
});

process_test("the name of a PROXY header counts for each request of its connection", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: FLAGS });
  const socket = await RawSocket.connect(scope, cluster.port, { from: PROXY });
  socket.write(v2 + up);
  for (let i = 0; i < 2; ++i) {
    assert.equal((await socket.take_response_head()).status, 200);
    await socket.until("the body", DEADLINE_MS, () => socket.text.includes("}"));
    socket.received = Buffer.alloc(0);
    socket.write(up);
  }
});

process_test("a PROXY header that does not end is given request_timeout", async (scope) => {
  const cluster = await Cluster.start(scope, { flags: [...FLAGS, "--request-timeout=200ms"] });
  for (const begun of ["P", "PROXY TCP4", v2.slice(0, 5), v2.slice(0, -1), v2]) {
    const socket = await RawSocket.connect(scope, cluster.port, { from: PROXY });
    socket.write(begun);
    await socket.wait_for_end();
    if (begun !== v2) assert.match(socket.text, /^HTTP\/1\.1 408 /, JSON.stringify(begun));
  }
});

process_test("a reload changes who is trusted", async (scope) => {
  const path = join(make_temp_dir(scope), "belfry.toml");
  writeFileSync(path, "trusted_proxies = []\n");
  const node = await Node.start(scope, ["--workers=1", `--config=${path}`]);
  assert.equal((await node.refusal_of(v2 + up)).status, 400);
  writeFileSync(path, `trusted_proxies = ["${PROXY}"]\n`);
  const { code, output } = await run_belfry(scope, ["reload", `--runtime-dir=${node.cluster.runtime_dir}`]);
  assert.equal(code, 0, output);
  assert.equal(await node.address_of(v2 + upgrade()), CLIENT);
});
