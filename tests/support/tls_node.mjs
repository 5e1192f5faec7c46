// A node with a certificate of its own and a door for TLS beside the plain one.
import https from "node:https";
import { once } from "node:events";
import net from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";

import { make_certificate } from "./certificate.mjs";
import { Cluster } from "./cluster.mjs";
import { within } from "./wait_until.mjs";
import { WsClient } from "./ws_client.mjs";

const DEADLINE_MS = 30_000;

export class TlsNode {
  static async start(scope, { flags = [], ...options } = {}) {
    const node = new TlsNode();
    node.identity = make_certificate(scope);
    node.cluster = await Cluster.start(scope, { ...options, flags: ["--tls-listen=127.0.0.1:0", ...flags,
      `--tls-certificate=${node.identity.certificate}`, `--tls-key=${node.identity.key}`] });
    node.port = Number(/:(\d+)$/.exec((await node.cluster.status()).tls.listen[0])[1]);
    return node;
  }

  url(path) {
    return `wss://127.0.0.1:${this.port}${path}`;
  }

  open(scope, path, options = {}) {
    return WsClient.open(scope, this.url(path), { ca: this.identity.pem, ...options });
  }

  get agent() {
    return new https.Agent({ ca: this.identity.pem, keepAlive: false });
  }

  // Resolves when the handshake is over; rejects with why it failed. `ticket` becomes what resumes the session.
  async connect(scope, options = {}) {
    const socket = tls.connect({ host: "127.0.0.1", port: this.port, ca: this.identity.pem, ...options });
    scope.defer(() => socket.destroy());
    socket.on("session", (session) => (socket.ticket = session));
    await within(DEADLINE_MS, "a TLS handshake", once(socket, "secureConnect"));
    return socket;
  }
}

// What a socket says until it ends.
export async function all_of(socket) {
  const chunks = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  await within(DEADLINE_MS, "the end of a connection", once(socket, "close"));
  return Buffer.concat(chunks).toString();
}

// A way to `port` on which nothing goes in larger pieces than `size` bytes. Resolves with its own port.
export async function start_narrow_way(scope, port, size) {
  const server = net.createServer(async (client) => {
    const there = net.connect({ port, host: "127.0.0.1", noDelay: true });
    scope.defer(() => (client.destroy(), there.destroy()));
    for (const [from, to] of [[client, there], [there, client]]) pass_on(from, to, size).catch(() => to.destroy());
  });
  server.listen(0, "127.0.0.1");
  scope.defer(() => server.close());
  await once(server, "listening");
  return server.address().port;
}

async function pass_on(from, to, size) {
  for await (const bytes of from) {
    for (let at = 0; at < bytes.length; at += size) {
      await new Promise((resolve) => to.write(bytes.subarray(at, at + size), resolve));
      await new Promise(setImmediate);
    }
  }
  to.end();
}

// What goes into it goes on to `socket`, but for its end.
export function without_fin(socket) {
  const way = new Duplex({
    read() {},
    write(bytes, encoding, done) {
      socket.write(bytes, done);
    },
  });
  socket.on("data", (bytes) => way.push(bytes)).on("end", () => way.push(null));
  return way;
}
