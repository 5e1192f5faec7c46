// RFC 6455, sections 5.5.1 and 7: the closing handshake.
import assert from "node:assert/strict";

import { conformance_test } from "../../support/conformance.mjs";
import { client_frame, close_frame, continuation, ping, text } from "../../support/frames.mjs";

const VALID_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const INVALID_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

conformance_test("a close frame is answered, and nothing that comes behind it", [
  ["a message and then close", async (peer) => {
    peer.write(text("message"), close_frame(1000));
    await peer.expect_text("message");
    await peer.expect_close(1000);
  }],
  ["close twice", async (peer) => {
    peer.write(close_frame(1000), close_frame(1000));
    await peer.expect_close(1000);
  }],
  ["a ping behind close", async (peer) => {
    peer.write(close_frame(1000), ping("too late"));
    await peer.expect_close(1000);
  }],
  ["a message behind close", async (peer) => {
    peer.write(close_frame(1000), text("too late"));
    await peer.expect_close(1000);
  }],
  ["a broken frame behind close", async (peer) => {
    peer.write(close_frame(1000), client_frame(3, "reserved", { rsv: 7 }));
    await peer.expect_close(1000);
  }],
  ["the end of a fragmented message behind close", async (peer) => {
    peer.write(text("fragment1", { fin: false }), close_frame(1000), continuation("fragment2"));
    await peer.expect_close(1000);
  }],
  ["256 KiB, then close, then a ping", async (peer) => {
    const large = "B".repeat(256 * 1024);
    peer.write(text(large), close_frame(1000), ping("too late"));
    await peer.expect_text(large);
    await peer.expect_close(1000);
  }],
  ["close octet by octet", async (peer) => {
    await peer.write_octets(close_frame(1000, "goodbye"));
    await peer.expect_close(1000);
  }],
]);

conformance_test("the payload of a close frame is checked", [
  ["empty", async (peer) => {
    peer.write(close_frame(undefined));
    await peer.expect_close(null, 1000);
  }],
  ["one byte", async (peer) => {
    peer.write(client_frame(8, "a"));
    await peer.expect_close(1002);
  }],
  ["a code alone", async (peer) => {
    peer.write(close_frame(1000));
    await peer.expect_close(1000);
  }],
  ["a code and a reason", async (peer) => {
    peer.write(close_frame(1000, "Hello World!"));
    await peer.expect_close(1000);
  }],
  ["a reason of 123 bytes", async (peer) => {
    peer.write(close_frame(1000, "*".repeat(123)));
    await peer.expect_close(1000);
  }],
  ["a reason of 124 bytes", async (peer) => {
    peer.write(close_frame(1000, "*".repeat(124)));
    await peer.expect_close(1002);
  }],
  ["a reason beyond ASCII", async (peer) => {
    peer.write(close_frame(1000, "κόσμε 👋"));
    await peer.expect_close(1000);
  }],
  ["a reason that is no UTF-8", async (peer) => {
    peer.write(close_frame(1000, Buffer.of(0xce, 0xba, 0xed, 0xa0, 0x80)));
    await peer.expect_close(1007);
  }],
  ["a reason that ends inside a sequence", async (peer) => {
    peer.write(close_frame(1000, Buffer.of(0xe2, 0x82)));
    await peer.expect_close(1007);
  }],
]);

conformance_test("a valid close code is answered with the same code", VALID_CODES.map((code) => [
  `${code}`, async (peer) => {
    peer.write(close_frame(code));
    await peer.expect_close(code);
  },
]));

conformance_test("an invalid close code is a protocol error", INVALID_CODES.flatMap((code) => [
  [`${code}`, async (peer) => {
    peer.write(close_frame(code));
    await peer.expect_close(1002);
  }],
  [`${code} with a reason`, async (peer) => {
    peer.write(close_frame(code, "reason"));
    const { reason } = await peer.expect_close(1002);
    assert.notEqual(reason, "reason");
  }],
]));
