// A TCP connection for bytes that no client library would send: bytes in, bytes out.
import net from "node:net";

import { within } from "./wait_until.mjs";

const DEADLINE_MS = 30_000;

export class RawSocket {
  // `from`: the local address, 127.0.0.1 unless named.
  static async connect(scope, port, { from } = {}) {
    const socket = new RawSocket(scope, port, from);
    await within(DEADLINE_MS, "a TCP connection", socket.connected);
    return socket;
  }

  ended = false; // the server has ended the connection, by FIN or RST
  reset = false;
  #chunks = [];
  #wake = () => {};

  constructor(scope, port, from) {
    this.socket = net.connect({ port, host: "127.0.0.1", localAddress: from, allowHalfOpen: true, noDelay: true });
    this.connected = new Promise((resolve, reject) => {
      this.socket.once("connect", resolve);
      this.socket.once("error", reject);
    });
    this.connected.catch(() => {});
    this.socket.on("data", (bytes) => {
      this.#chunks.push(bytes);
      this.#wake();
    });
    for (const event of ["end", "close"]) this.socket.on(event, () => this.#end());
    this.socket.on("error", (error) => (this.reset ||= error.code === "ECONNRESET"));
    scope.defer(() => this.destroy());
  }

  // Text is written as Latin-1: one byte a character. Writing to a connection that has ended is no error here.
  write(bytes) {
    this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes, () => {});
  }

  // Each byte by itself, behind the one before.
  async write_bytewise(bytes) {
    for (const byte of Buffer.from(bytes, "latin1")) {
      await new Promise((resolve) => this.socket.write(Buffer.of(byte), resolve));
    }
  }

  finish() {
    this.socket.end();
  }

  pause() {
    this.socket.pause();
  }

  resume() {
    this.socket.resume();
  }

  destroy() {
    this.socket.destroy();
  }

  // What has come and has not been taken off yet.
  get received() {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }

  set received(bytes) {
    this.#chunks = [bytes];
  }

  get text() {
    return this.received.toString("latin1");
  }

  // Looks at the condition again at each arrival, until it returns something true.
  until(sentence, deadline_ms, condition) {
    const waiting = async () => {
      for (;;) {
        const arrival = new Promise((resolve) => (this.#wake = resolve));
        const value = condition();
        if (value) return value;
        await arrival;
      }
    };
    return within(deadline_ms, sentence, waiting());
  }

  wait_for_end(deadline_ms = DEADLINE_MS) {
    return this.until("the server ends the connection", deadline_ms, () => this.ended);
  }

  // Waits for a whole response head and takes it off: {status, head}.
  async take_response_head(deadline_ms = DEADLINE_MS) {
    const end = await this.until("a response head", deadline_ms, () => {
      const index = this.received.indexOf("\r\n\r\n");
      if (index < 0 && this.ended) throw new Error(`the connection ended before a response head: ${this.text}`);
      return index >= 0 && index + 4;
    });
    const head = this.received.subarray(0, end).toString("latin1");
    this.received = this.received.subarray(end);
    return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]), head };
  }

  #end() {
    this.ended = true;
    this.#wake();
  }
}
