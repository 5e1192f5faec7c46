// TLS that the workers end themselves: everything that is there without it, certificates that change, clients that do
// not speak it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";

import { run_belfry } from "../support/belfry.mjs";
import { make_certificate } from "../support/certificate.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, make_sdk } from "../support/pusher.mjs";
import { RawSocket } from "../support/raw_socket.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { TlsNode, all_of, start_narrow_way, without_fin } from "../support/tls_node.mjs";
import { wait_until, within } from "../support/wait_until.mjs";

const DEADLINE_MS = 30_000;
const PATH = `/app/${APP.key}?protocol=7&client=js&version=8.6.0`;
const ECHO = ["--echo-path=/echo"];

const sum = (status, counter) => status.workers.reduce((total, { totals }) => total + totals[counter], 0);

async function subscribe(client, channel) {
  client.send(JSON.stringify({ event: "pusher:subscribe", data: { channel } }));
  await wait_until("the subscription is confirmed", DEADLINE_MS, () =>
    client.messages.some((text) => text.includes("subscription_succeeded")));
}

process_test("a back end's SDK publishes over https to subscribers over wss, on all workers", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ["--workers=2"] });
  const clients = await Promise.all(Array.from({ length: 20 }, () => node.open(scope, PATH)));
  await Promise.all(clients.map((client) => subscribe(client, "news")));
  const sdk = make_sdk({ port: node.port }, { useTLS: true, agent: node.agent });
  await sdk.trigger("news", "greeting", { text: "hello" });
  for (const client of clients) {
    await wait_until("a client hears it", DEADLINE_MS, () => client.messages.some((text) => text.includes("greeting")));
  }
  const status = await node.cluster.status();
  assert.equal(sum(status, "tls_handshakes"), 21);
  assert.equal(sum(status, "tls_failed"), 0);
});

process_test("messages of all sizes come back as they went, also in records that come in pieces", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ECHO });
  const sizes = [0, 1, 125, 126, 16_383, 16_384, 16_385, 65_536, 300_000];
  const narrow = await start_narrow_way(scope, node.port, 1_000);
  const bytewise = await start_narrow_way(scope, node.port, 1);
  const exchange = async (options, wanted) => {
    const client = await node.open(scope, "/echo", options);
    const sent = wanted.map((size) => randomBytes(size));
    for (const message of sent) client.send(message);
    await client.wait_for_messages(sent.length);
    sent.forEach((message, i) => assert.ok(message.equals(client.messages[i]), `${message.length} bytes`));
  };
  const through = (port) => ({ port });
  await Promise.all([exchange({}, [...sizes, 5_000_000]), exchange(through(narrow), sizes),
    exchange(through(bytewise), [0, 1, 125, 126, 2_000])]);
});

process_test("sessions are resumed, whichever worker they come to", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ["--workers=4"] });
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"]) {
    const first = await node.connect(scope, { maxVersion });
    first.resume();
    const session = await wait_until("a ticket has come", DEADLINE_MS, () => first.ticket);
    for (let i = 0; i < 12; ++i) {
      const again = await node.connect(scope, { maxVersion, session });
      assert.ok(again.isSessionReused(), maxVersion);
      again.end();
    }
  }
  await node.cluster.wait_for_status("all are counted", (status) => sum(status, "tls_resumed") === 24);
});

process_test("a reload shows a new certificate to newcomers and leaves the others alone", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ["--workers=2", ...ECHO] });
  const client = await node.open(scope, "/echo");
  const next = make_certificate(scope, { days: 900, subject: "next" });
  const reload = () => run_belfry(scope, ["reload", `--admin-socket=${node.cluster.admin_socket}`]);
  copyFileSync(next.certificate, node.identity.certificate);
  const mixed = await reload();
  assert.equal(mixed.code, 1);
  assert.match(mixed.output, /nothing is changed: tls\.certificate: \S+ and \S+: the private key is not that of the cert/);
  const before = await node.connect(scope);
  before.resume();
  assert.equal(before.getPeerCertificate().subject.CN, "localhost");
  const session = await wait_until("a ticket has come", DEADLINE_MS, () => before.ticket);
  assert.ok((await node.connect(scope, { session })).isSessionReused());
  copyFileSync(next.key, node.identity.key);
  const { code, stdout } = await reload();
  assert.equal(code, 0);
  assert.match(stdout, /^what tls\.certificate holds: valid until 20\d\d-\d\d-\d\d -> valid until 20\d\d-\d\d-\d\d$/m);
  for (let i = 0; i < 6; ++i) {
    const newcomer = await node.connect(scope, { ca: next.pem });
    assert.equal(newcomer.getPeerCertificate().subject.CN, "next");
  }
  assert.ok(!(await node.connect(scope, { ca: [node.identity.pem, next.pem], session })).isSessionReused());
  client.send("still there");
  await client.wait_for("still there");
  const { tls } = await node.cluster.status();
  assert.ok(tls.certificate_expires > Date.now() / 1000 + 800 * 86_400);
});

process_test("a start without a usable certificate is refused, with what is wrong with it", async (scope) => {
  const directory = make_temp_dir(scope);
  const mine = make_certificate(scope, { directory }), other = make_certificate(scope);
  const empty = join(directory, "empty.pem");
  writeFileSync(empty, "");
  const cases = [
    [[], /tls\.listen names addresses, but there is no tls\.certificate/],
    [[`--tls-key=${mine.key}`], /tls\.listen names addresses, but there is no tls\.certificate/],
    [["--tls-certificate=/nowhere.pem"], /tls\.certificate: \/nowhere\.pem: No such file/],
    [[`--tls-certificate=${mine.certificate}`], /certificate\.pem: there is no private key in it/],
    [[`--tls-certificate=${empty}`], /empty\.pem: there is no certificate in it/],
    [[`--tls-certificate=${mine.certificate}`, `--tls-key=${other.key}`], /the private key is not that of the certificate/],
  ];
  for (const [flags, reason] of cases) {
    for (const command of ["check", "serve"]) {
      const { code, output } = await run_belfry(scope, [command, "--tls-listen=127.0.0.1:0", ...flags,
        `--runtime-dir=${directory}`]);
      assert.equal(code, 78, `${command} ${flags}: ${output}`);
      assert.match(output, reason);
    }
  }
  const { code } = await run_belfry(scope, ["check", "--tls-listen=127.0.0.1:0", `--tls-certificate=${mine.both}`]);
  assert.equal(code, 0);
});

process_test("who speaks no TLS at the door for TLS is told, or let go", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ["--request-timeout=2s"] });
  const plain = await RawSocket.connect(scope, node.port);
  plain.write("GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await plain.wait_for_end();
  assert.match(plain.text, /^HTTP\/1\.1 400 [^]*TLS is spoken at this address/);
  const noise = await RawSocket.connect(scope, node.port);
  noise.write(randomBytes(2_000).fill(7, 0, 5));
  await noise.wait_for_end();
  const silent = await RawSocket.connect(scope, node.port);
  await silent.wait_for_end();
  assert.equal(silent.text, "");
  const half = await RawSocket.connect(scope, node.port);
  half.write(Buffer.from("1603010200010001fc0303", "hex"));  // the begin of a ClientHello
  await half.wait_for_end();
  await assert.rejects(node.connect(scope, { maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }));
  await assert.rejects(node.connect(scope, { ALPNProtocols: ["h2"] }), /no application protocol/i);
  assert.equal((await node.connect(scope, { ALPNProtocols: ["h2", "http/1.1"] })).alpnProtocol, "http/1.1");
  assert.equal(await node.cluster.worker(0).then(({ restarts }) => restarts), 0);
});

process_test("an answer that closes, and a stop, end TLS as they should", async (scope) => {
  const node = await TlsNode.start(scope);
  const asking = await node.connect(scope);
  asking.write("GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  assert.match(await all_of(asking), /\{"health":"OK"\}$/);
  const client = await node.open(scope, PATH);
  await wait_until("it is greeted", DEADLINE_MS, () => client.messages.length === 1);
  const shaking = await RawSocket.connect(scope, node.port);
  node.cluster.stop();
  const { code } = await client.wait_for_close();
  assert.equal(code, 4200);
  assert.equal(client.error, undefined);
  await shaking.wait_for_end();
  await node.cluster.wait_for_exit();
});

process_test("a reader over TLS that reads nothing is closed, and the others hear everything", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ["--workers=1", "--max-queue-in-kb=256"] });
  const [slow, quick] = await Promise.all([node.open(scope, "/"), node.open(scope, "/")]);
  slow.socket._socket.pause();
  const text = "x".repeat(50_000);
  let sent = 0;
  await wait_until("the slow one is closed", DEADLINE_MS, async () => {
    for (let i = 0; i < 20; ++i, ++sent) quick.send(`${sent} ${text}`);
    await quick.wait_for(`${sent - 1} ${text}`);
    return (await node.cluster.status()).workers[0].slow_closed === 1;
  });
  const numbers = quick.messages.map((message) => parseInt(message, 10));
  assert.deepEqual(numbers, Array.from({ length: sent }, (_, i) => i));
});

process_test("the plain door beside it stays as it is", async (scope) => {
  const node = await TlsNode.start(scope);
  const { status } = await fetch(`http://127.0.0.1:${node.cluster.port}/up`);
  assert.equal(status, 200);
  const refused = await RawSocket.connect(scope, node.cluster.port);
  refused.write(Buffer.from("16030100c8010000c40303", "hex"));
  await refused.wait_for_end();
  assert.match(refused.text, /^HTTP\/1\.1 400 /);
});

process_test("a client's own PROXY header inside TLS is not believed", async (scope) => {
  const node = await TlsNode.start(scope, { flags: ["--trusted-proxies=127.0.0.0/8"] });
  const client = await node.connect(scope);
  client.write("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /up HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(await all_of(client), /^HTTP\/1\.1 400 /);
});

process_test("who ends TLS but not TCP has ended", async (scope) => {
  const node = await TlsNode.start(scope);
  for (const text of ["", "GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n"]) {
    const raw = net.connect({ port: node.port, host: "127.0.0.1", allowHalfOpen: true });
    scope.defer(() => raw.destroy());
    const client = await node.connect(scope, { socket: without_fin(raw) });
    client.end(text);
    await within(DEADLINE_MS / 2, "the server's end", once(raw, "end"));
  }
});
