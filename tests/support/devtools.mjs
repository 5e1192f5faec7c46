// The DevTools protocol over its WebSocket: commands with answers, and events, each of the whole browser or of one page.
import { EventEmitter } from "node:events";

import WebSocket from "ws";

import { within } from "./wait_until.mjs";

const DEADLINE_MS = 60_000;

export class DevTools extends EventEmitter {
  #socket;
  #last_id = 0;
  #waiting = new Map(); // id -> {resolve, reject}

  static async connect(url) {
    const devtools = new DevTools(new WebSocket(url, { perMessageDeflate: false }));
    await within(DEADLINE_MS, "a connection to DevTools", new Promise((resolve, reject) => {
      devtools.#socket.once("open", resolve);
      devtools.#socket.once("error", reject);
    }));
    return devtools;
  }

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.on("message", (text) => this.#receive(JSON.parse(text)));
    socket.on("close", () => this.#fail(new Error("DevTools closed its connection")));
    socket.on("error", () => {});
  }

  // The result of a command, of the page with `sessionId` or of the browser.
  call(method, params = {}, sessionId = undefined) {
    const id = ++this.#last_id;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return within(DEADLINE_MS, `an answer to ${method}`, answer);
  }

  close() {
    this.#socket.terminate();
  }

  // An event is emitted by its name, with its parameters and the page that it is of.
  #receive({ id, method, params, sessionId, result, error }) {
    if (method) return this.emit(method, params, sessionId);
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    return error ? reject(new Error(error.message)) : resolve(result);
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
