// A plain WebSocket broadcast server that makes mistakes on purpose: who connects to /pub publishes, and of each ten
// messages every subscriber misses one, gets one twice, and gets one behind the next one.
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(import.meta.url)("ws");

export class FaultyBroadcast {
  static async start(scope) {
    const broadcast = new FaultyBroadcast();
    await new Promise((resolve) => broadcast.server.once("listening", resolve));
    scope.defer(() => broadcast.close());
    return broadcast;
  }

  published = 0;
  #subscribers = new Set();
  #late;

  constructor() {
    this.server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
    this.server.on("connection", (socket, request) => {
      if (request.url === "/pub") return socket.on("message", (message) => this.#publish(message));
      this.#subscribers.add(socket);
      socket.on("close", () => this.#subscribers.delete(socket));
    });
  }

  url(path) {
    return `ws://127.0.0.1:${this.server.address().port}${path}`;
  }

  close() {
    for (const client of this.server.clients) client.terminate();
    return new Promise((resolve) => this.server.close(resolve));
  }

  #publish(message) {
    const place = this.published++ % 10;
    if (place === 2) return;
    if (place === 6) return void (this.#late = message);
    this.#send(message);
    if (place === 4) this.#send(message);
    if (place === 7) this.#send(this.#late);
  }

  #send(message) {
    for (const subscriber of this.#subscribers) subscriber.send(message, { binary: false });
  }
}
