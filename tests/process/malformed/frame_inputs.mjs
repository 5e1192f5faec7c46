// Frames that RFC 6455 forbids, with the close code that each must get: {name, frames: Buffer, code}.
import { binary, client_frame, close_frame, continuation, ping, pong, text } from "../../support/frames.mjs";

const PROTOCOL_ERROR = 1002;
const INVALID_PAYLOAD = 1007;
const TOO_BIG = 1009;

const row = (name, code, ...frames) => ({ name, code, frames: Buffer.concat(frames) });
const LIMIT = 16 * 1024 * 1024;

const reserved_opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
  row(`the reserved opcode ${opcode}`, PROTOCOL_ERROR, client_frame(opcode, "x")));

const reserved_bits = [1, 2, 3, 4, 5, 6, 7].map((rsv) =>
  row(`the reserved bits ${rsv} without an extension`, PROTOCOL_ERROR, text("x", { rsv })));

const unmasked = [
  row("an unmasked text frame", PROTOCOL_ERROR, text("x", { masked: false })),
  row("an unmasked binary frame", PROTOCOL_ERROR, binary("x", { masked: false })),
  row("an unmasked empty frame", PROTOCOL_ERROR, text("", { masked: false })),
  row("an unmasked ping", PROTOCOL_ERROR, ping("x", { masked: false })),
  row("an unmasked close", PROTOCOL_ERROR, close_frame(1000, "", { masked: false })),
  row("an unmasked continuation", PROTOCOL_ERROR, text("x", { fin: false }), continuation("x", { masked: false })),
];

const lengths = [
  row("5 bytes with a 2-byte length", PROTOCOL_ERROR, text("hello", { length_bytes: 2 })),
  row("125 bytes with a 2-byte length", PROTOCOL_ERROR, text("x".repeat(125), { length_bytes: 2 })),
  row("5 bytes with an 8-byte length", PROTOCOL_ERROR, text("hello", { length_bytes: 8 })),
  row("126 bytes with an 8-byte length", PROTOCOL_ERROR, text("x".repeat(126), { length_bytes: 8 })),
  row("65,535 bytes with an 8-byte length", PROTOCOL_ERROR, text("x".repeat(65_535), { length_bytes: 8 })),
  row("no bytes with a 2-byte length", PROTOCOL_ERROR, text("", { length_bytes: 2 })),
  row("a length of 2^63", PROTOCOL_ERROR, binary("", { length_bytes: 8, announced: 1n << 63n })),
  row("a length of 2^64 - 1", PROTOCOL_ERROR, binary("", { length_bytes: 8, announced: (1n << 64n) - 1n })),
  row("an announced length of 2^63 - 1", TOO_BIG, binary("", { length_bytes: 8, announced: (1n << 63n) - 1n })),
  row("an announced length of 1 TiB", TOO_BIG, binary("", { length_bytes: 8, announced: 1n << 40n })),
  row("an announced length of one byte too much", TOO_BIG, binary("", { length_bytes: 8, announced: LIMIT + 1 })),
  row("fragments that add up to too much", TOO_BIG,
    binary("x", { fin: false }), continuation("", { length_bytes: 8, announced: BigInt(LIMIT) })),
];

const control_frames = [
  row("a ping of 126 bytes", PROTOCOL_ERROR, ping("x".repeat(126))),
  row("a pong of 126 bytes", PROTOCOL_ERROR, pong("x".repeat(126))),
  row("a close of 126 bytes", PROTOCOL_ERROR, close_frame(1000, "x".repeat(124))),
  row("a ping that announces 1 GiB", PROTOCOL_ERROR, ping("", { length_bytes: 8, announced: 1n << 30n })),
  row("a fragmented ping", PROTOCOL_ERROR, ping("x", { fin: false })),
  row("a fragmented pong", PROTOCOL_ERROR, pong("x", { fin: false })),
  row("a fragmented close", PROTOCOL_ERROR, close_frame(1000, "", { fin: false })),
  row("a fragmented ping inside a message", PROTOCOL_ERROR, text("x", { fin: false }), ping("x", { fin: false })),
  row("a ping with a reserved bit", PROTOCOL_ERROR, ping("x", { rsv: 4 })),
  row("a close with a reserved bit", PROTOCOL_ERROR, close_frame(1000, "", { rsv: 1 })),
];

const fragmentation = [
  row("a continuation of nothing", PROTOCOL_ERROR, continuation("x")),
  row("an unfinished continuation of nothing", PROTOCOL_ERROR, continuation("x", { fin: false })),
  row("a continuation behind a whole message", PROTOCOL_ERROR, text("x"), continuation("y")),
  row("a text message inside a text message", PROTOCOL_ERROR, text("x", { fin: false }), text("y")),
  row("a binary message inside a text message", PROTOCOL_ERROR, text("x", { fin: false }), binary("y")),
  row("a text message inside a binary message", PROTOCOL_ERROR, binary("x", { fin: false }), text("y", { fin: false })),
  row("a reserved opcode inside a message", PROTOCOL_ERROR, text("x", { fin: false }), client_frame(3, "y")),
  row("a reserved bit on a continuation", PROTOCOL_ERROR, text("x", { fin: false }), continuation("y", { rsv: 4 })),
];

const utf8 = [
  row("a lone continuation byte", INVALID_PAYLOAD, text(Buffer.of(0x80))),
  row("an overlong slash", INVALID_PAYLOAD, text(Buffer.of(0xc0, 0xaf))),
  row("a surrogate", INVALID_PAYLOAD, text(Buffer.of(0xed, 0xa0, 0x80))),
  row("a code point above U+10FFFF", INVALID_PAYLOAD, text(Buffer.of(0xf4, 0x90, 0x80, 0x80))),
  row("0xFF", INVALID_PAYLOAD, text(Buffer.of(0xff))),
  row("a sequence cut short by the message's end", INVALID_PAYLOAD, text(Buffer.of(0xe2, 0x82))),
  row("a sequence cut short by the last fragment", INVALID_PAYLOAD, text("x", { fin: false }),
    continuation(Buffer.of(0xe2, 0x82))),
  row("invalid UTF-8 in a frame that is not complete", INVALID_PAYLOAD, text(Buffer.of(0xff), { announced: 100 })),
  row("invalid UTF-8 in an unfinished message", INVALID_PAYLOAD, text(Buffer.of(0xff), { fin: false })),
  row("an invalid reason of a close", INVALID_PAYLOAD, close_frame(1000, Buffer.of(0xff, 0xfe))),
];

const closing = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map((code) =>
  row(`the close code ${code}`, PROTOCOL_ERROR, close_frame(code)));

const close_of_one_byte = row("a close of one byte", PROTOCOL_ERROR, client_frame(8, Buffer.of(3)));

export const all_frames = [reserved_opcodes, reserved_bits, unmasked, lengths, control_frames, fragmentation, utf8,
  closing, close_of_one_byte].flat();
