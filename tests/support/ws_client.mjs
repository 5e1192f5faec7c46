// A client by the npm package `ws`. Everything that it receives is kept in `messages`, as a string where the frame was
// text, as a Buffer where it was binary.
import WebSocket from "ws";

import { wait_until, within } from "./wait_until.mjs";

const DEADLINE_MS = 30_000;

export class WsClient {
  static async open(scope, url, options = {}) {
    const client = new WsClient(scope, url, options);
    await within(DEADLINE_MS, `a connection to ${url}`, client.opened);
    return client;
  }

  static open_many(scope, url, count) {
    return Promise.all(Array.from({ length: count }, () => WsClient.open(scope, url)));
  }

  messages = [];
  pings = 0;
  headers = {};  // of the answer to the upgrade
  #taken = 0;

  constructor(scope, url, options) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
    });
    this.closed = new Promise((resolve) =>
      this.socket.once("close", (code, reason) => resolve((this.close_event = { code, reason: reason.toString() }))));
    this.socket.on("error", (error) => (this.error = error));
    this.socket.on("upgrade", ({ headers }) => (this.headers = headers));
    this.opened.catch(() => {});
    this.socket.on("message", (payload, is_binary) => this.messages.push(is_binary ? payload : payload.toString()));
    this.socket.on("ping", () => this.pings++);
    scope.defer(() => this.socket.terminate());
  }

  get is_open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  // The local port, by which the kernel's tables name the connection.
  get local_port() {
    return this.socket._socket.localPort;
  }

  send(payload) {
    this.socket.send(payload);
  }

  // The next message that has not been taken yet.
  async next(deadline_ms = DEADLINE_MS) {
    await this.wait_for_messages(this.#taken + 1, deadline_ms);
    return this.messages[this.#taken++];
  }

  wait_for_messages(count, deadline_ms = DEADLINE_MS) {
    return wait_until(`a client has ${count} messages`, deadline_ms, () => {
      if (this.messages.length < count) throw new Error(`it has ${this.messages.length}`);
      return true;
    });
  }

  wait_for(payload, deadline_ms = DEADLINE_MS) {
    return wait_until(`a client gets "${payload}"`, deadline_ms, () => this.messages.includes(payload));
  }

  forget_messages() {
    this.messages.length = 0;
    this.#taken = 0;
  }

  // Sends a close frame and waits for the answer.
  close(code = 1000) {
    this.socket.close(code);
    return this.wait_for_close();
  }

  // {code, reason} with which the connection ended; 1006 without a close frame.
  wait_for_close(deadline_ms = DEADLINE_MS) {
    return within(deadline_ms, "the close of a client's connection", this.closed);
  }
}

// The HTTP status with which an upgrade is refused.
export function refused_status(scope, url, options = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options);
    scope.defer(() => socket.terminate());
    socket.on("unexpected-response", (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    socket.on("open", () => reject(new Error("the upgrade was accepted")));
    socket.on("error", reject);
  });
}
