// A small Redis client (RESP2): commands one after the other, and the messages of subscriptions. Payloads are Buffers,
// so that a test sees each byte.
import net from "node:net";

import { wait_until } from "./wait_until.mjs";

export class RespClient {
  static connect(address) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(address, () => resolve(new RespClient(socket)));
      socket.once("error", reject);
    });
  }

  messages = []; // {channel, payload} in the order of their coming
  #waiting = []; // of the commands that are not answered yet
  #bytes = Buffer.alloc(0);

  constructor(socket) {
    this.socket = socket;
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", () => {});
    socket.on("close", () => this.#waiting.splice(0).forEach(({ reject }) => reject(new Error("Redis closed"))));
  }

  // Resolves with the reply: strings and numbers as such, bulk strings as text.
  command(...words) {
    const parts = words.map((word) => (Buffer.isBuffer(word) ? word : Buffer.from(String(word))));
    const head = Buffer.from(`*${parts.length}\r\n`);
    const framed = parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from("\r\n")]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.socket.write(Buffer.concat([head, ...framed]));
    });
  }

  async subscribe(channels) {
    for (const channel of channels) await this.command("SUBSCRIBE", channel);
  }

  // The payloads of one channel so far, as text.
  texts_of(channel) {
    return this.messages.filter((message) => message.channel === channel).map(({ payload }) => payload.toString());
  }

  wait_for_texts(channel, count, deadline_ms = 30_000) {
    return wait_until(`${count} messages on ${channel}`, deadline_ms, () => {
      const texts = this.texts_of(channel);
      if (texts.length < count) throw new Error(`there are ${texts.length}`);
      return texts;
    });
  }

  close() {
    this.socket.destroy();
  }

  #receive(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let parsed = parse(this.#bytes, 0); parsed; parsed = parse(this.#bytes, 0)) {
      this.#bytes = this.#bytes.subarray(parsed.end);
      this.#deliver(parsed.value);
    }
  }

  #deliver(value) {
    if (Array.isArray(value) && value[0]?.toString() === "message") {
      this.messages.push({ channel: value[1].toString(), payload: value[2] });
      return;
    }
    const { resolve, reject } = this.#waiting.shift();
    if (value instanceof Error) reject(value);
    else resolve(Buffer.isBuffer(value) ? value.toString() : value);
  }
}

// One reply at `start`: {value, end}, or null when it is not complete.
function parse(bytes, start) {
  const line_end = bytes.indexOf("\r\n", start);
  if (line_end < 0) return null;
  const line = bytes.toString("utf8", start + 1, line_end);
  const end = line_end + 2;
  switch (String.fromCharCode(bytes[start])) {
    case "+": return { value: line, end };
    case "-": return { value: new Error(line), end };
    case ":": return { value: Number(line), end };
    case "$": return parse_bulk(bytes, end, Number(line));
    case "*": return parse_array(bytes, end, Number(line));
    default: throw new Error(`not RESP: ${line}`);
  }
}

function parse_bulk(bytes, start, length) {
  if (length < 0) return { value: null, end: start };
  const end = start + length;
  return bytes.length < end + 2 ? null : { value: bytes.subarray(start, end), end: end + 2 };
}

function parse_array(bytes, start, count) {
  const value = [];
  let end = start;
  for (let i = 0; i < count; i++) {
    const item = parse(bytes, end);
    if (!item) return null;
    value.push(item.value);
    end = item.end;
  }
  return { value, end };
}
