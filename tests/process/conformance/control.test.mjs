// RFC 6455, section 5.5: pings and pongs, alone, many, and between the fragments of a message; and what is reserved.
import { conformance_test } from "../../support/conformance.mjs";
import { client_frame, close_frame, continuation, ping, pong, text } from "../../support/frames.mjs";

const answered = (payload) => async (peer) => {
  peer.write(ping(payload));
  await peer.expect_pong(payload);
  await peer.finish();
};

conformance_test("a ping is answered with its own payload", [
  ["an empty ping", answered("")],
  ["a ping with text", answered("Hello, world!")],
  ["a ping with bytes", answered(Buffer.of(0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff))],
  ["a ping of 125 bytes", answered(Buffer.alloc(125, 0xfe))],
  ["a ping of 126 bytes is a protocol error", async (peer) => {
    peer.write(ping(Buffer.alloc(126, 0xfe)));
    await peer.expect_close(1002);
  }],
  ["a ping of 125 bytes octet by octet", async (peer) => {
    await peer.write_octets(ping(Buffer.alloc(125, 0xfe)));
    await peer.expect_pong(Buffer.alloc(125, 0xfe));
    await peer.finish();
  }],
  ["10 pings in a row", async (peer) => {
    peer.write(...Array.from({ length: 10 }, (_, i) => ping(`payload-${i}`)));
    for (let i = 0; i < 10; i++) await peer.expect_pong(`payload-${i}`);
    await peer.finish();
  }],
  ["10 pings in a row octet by octet", async (peer) => {
    await peer.write_octets(Buffer.concat(Array.from({ length: 10 }, (_, i) => ping(`payload-${i}`))));
    for (let i = 0; i < 10; i++) await peer.expect_pong(`payload-${i}`);
    await peer.finish();
  }],
]);

conformance_test("an unsolicited pong is ignored", [
  ["an empty one", async (peer) => {
    peer.write(pong(""));
    await peer.finish();
  }],
  ["one with a payload, then a ping", async (peer) => {
    peer.write(pong("unsolicited"), ping("real"));
    await peer.expect_pong("real");
    await peer.finish();
  }],
  ["one of 125 bytes", async (peer) => {
    peer.write(pong("x".repeat(125)), text("on"));
    await peer.expect_text("on");
    await peer.finish();
  }],
]);

const RESERVED_BITS = [1, 2, 3, 4, 5, 6, 7];
const RESERVED_OPCODES = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

conformance_test("a reserved bit ends the connection behind what came before it", RESERVED_BITS.flatMap((rsv) => [
  [`text with RSV ${rsv}`, async (peer) => {
    peer.write(text("before"), text("reserved", { rsv }), ping("after"));
    await peer.expect_text("before");
    await peer.expect_close(1002);
  }],
  [`text with RSV ${rsv} octet by octet`, async (peer) => {
    await peer.write_octets(Buffer.concat([text("before"), text("reserved", { rsv })]));
    await peer.expect_text("before");
    await peer.expect_close(1002);
  }],
  [`ping with RSV ${rsv}`, async (peer) => {
    peer.write(ping("x", { rsv }));
    await peer.expect_close(1002);
  }],
  [`close with RSV ${rsv}`, async (peer) => {
    peer.write(close_frame(1000, "", { rsv }));
    await peer.expect_close(1002);
  }],
]));

conformance_test("a reserved opcode ends the connection behind what came before", RESERVED_OPCODES.flatMap((opcode) => [
  [`opcode ${opcode} alone`, async (peer) => {
    peer.write(client_frame(opcode));
    await peer.expect_close(1002);
  }],
  [`opcode ${opcode} with a payload behind a message`, async (peer) => {
    peer.write(text("before"), client_frame(opcode, "reserved"), ping("after"));
    await peer.expect_text("before");
    await peer.expect_close(1002);
  }],
  [`opcode ${opcode} octet by octet`, async (peer) => {
    await peer.write_octets(Buffer.concat([text("before"), client_frame(opcode, "reserved")]));
    await peer.expect_text("before");
    await peer.expect_close(1002);
  }],
]));

conformance_test("pings between fragments are answered at once", [
  ["one ping between two fragments", async (peer) => {
    peer.write(text("frag", { fin: false }), ping("between"));
    await peer.expect_pong("between");
    peer.write(continuation("ment"));
    await peer.expect_text("fragment");
    await peer.finish();
  }],
  ["a ping behind each of 20 fragments", async (peer) => {
    peer.write(text("", { fin: false }));
    for (let i = 0; i < 20; i++) peer.write(continuation(`${i},`, { fin: false }), ping(`${i}`));
    for (let i = 0; i < 20; i++) await peer.expect_pong(`${i}`);
    peer.write(continuation("end"));
    await peer.expect_text(`${Array.from({ length: 20 }, (_, i) => `${i},`).join("")}end`);
    await peer.finish();
  }],
  ["a pong between two fragments", async (peer) => {
    peer.write(text("frag", { fin: false }), pong("unsolicited"), continuation("ment"));
    await peer.expect_text("fragment");
    await peer.finish();
  }],
]);
