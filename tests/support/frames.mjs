// RFC 6455 frames as bytes, correct or deliberately wrong; and a reader of what a server sends back.
import { randomBytes } from "node:crypto";

import { RawSocket } from "./raw_socket.mjs";

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

// length_bytes: 0, 2 or 8 forces the form of the length; announced: a length other than the payload's.
export function client_frame(opcode, payload = "", options = {}) {
  const { fin = true, rsv = 0, masked = true, length_bytes, announced } = options;
  const body = Buffer.from(payload);
  const length = BigInt(announced ?? body.length);
  const form = length_bytes ?? (length < 126n ? 0 : length < 65536n ? 2 : 8);
  const head = Buffer.alloc(2 + form);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (form === 0 ? Number(length) : form === 2 ? 126 : 127);
  if (form === 2) head.writeUInt16BE(Number(length), 2);
  if (form === 8) head.writeBigUInt64BE(length, 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  for (let i = 0; i < body.length; i++) body[i] ^= mask[i & 3];
  return Buffer.concat([head, mask, body]);
}

export const text = (payload, options) => client_frame(OPCODE.text, payload, options);
export const binary = (payload, options) => client_frame(OPCODE.binary, payload, options);
export const continuation = (payload, options) => client_frame(OPCODE.continuation, payload, options);
export const ping = (payload, options) => client_frame(OPCODE.ping, payload, options);
export const pong = (payload, options) => client_frame(OPCODE.pong, payload, options);

// A close frame with a code (none: an empty payload) and a reason.
export function close_frame(code, reason = "", options) {
  if (code === undefined) return client_frame(OPCODE.close, "", options);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return client_frame(OPCODE.close, Buffer.concat([head, Buffer.from(reason)]), options);
}

export function upgrade_request(path, { host = "localhost", headers = [] } = {}) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...headers,
    "\r\n",
  ].join("\r\n");
}

// A raw connection after its upgrade. `next()` gives the server's frames one after the other.
export class FrameConnection {
  static async open(scope, port, path) {
    const socket = await RawSocket.connect(scope, port);
    socket.write(upgrade_request(path));
    const { status, head } = await socket.take_response_head();
    if (status !== 101) throw new Error(`the upgrade was answered with: ${head}`);
    return new FrameConnection(socket);
  }

  constructor(socket) {
    this.raw = socket;
  }

  write(...frames) {
    this.raw.write(Buffer.concat(frames));
  }

  // Writes each byte in a segment of its own.
  async write_octets(bytes) {
    for (const byte of bytes) await new Promise((resolve) => this.raw.socket.write(Buffer.of(byte), resolve));
  }

  // {opcode, fin, payload, code, reason}, or null when the connection has ended.
  async next(deadline_ms = 30_000) {
    const take = () => this.#take() ?? (this.raw.ended && "end");
    const frame = await this.raw.until("a frame from the server", deadline_ms, take);
    return frame === "end" ? null : frame;
  }

  #take() {
    const bytes = this.raw.received;
    if (bytes.length < 2) return null;
    if (bytes[1] & 0x80) throw new Error("the server masked a frame");
    if (bytes[0] & 0x70) throw new Error("the server set a reserved bit");
    const short = bytes[1] & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < head) return null;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < head + length) return null;
    const payload = bytes.subarray(head, head + length);
    this.raw.received = bytes.subarray(head + length);
    const frame = { opcode: bytes[0] & 0x0f, fin: (bytes[0] & 0x80) !== 0, payload };
    if (frame.opcode === OPCODE.close) {
      frame.code = length >= 2 ? payload.readUInt16BE(0) : null;
      frame.reason = payload.subarray(2).toString();
    }
    return frame;
  }
}
