// RFC 6455, section 8.1: text must be UTF-8 (RFC 3629), and a wrong byte ends the connection when it comes, not at the
// end of its frame or message.
import { conformance_test } from "../../support/conformance.mjs";
import { binary, close_frame, continuation, ping, text } from "../../support/frames.mjs";

const point = (code) => Buffer.from(String.fromCodePoint(code));
const hex = (digits) => Buffer.from(digits.replaceAll(" ", ""), "hex");
const around = (bytes) => Buffer.concat([Buffer.from("κόσμε"), bytes, Buffer.from("edited")]);

// The first and the last code point of each length, the neighbours of the surrogates, noncharacters, and running text.
const VALID = [
  0x00, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0x1ffff, 0x2fffe, 0x2ffff,
  0x3fffe, 0x4fffe, 0x5ffff, 0x6fffe, 0x7ffff, 0x8fffe, 0x9ffff, 0xafffe, 0xbffff, 0xcfffe, 0xdffff, 0xefffe, 0xfffff,
  0x10fffe, 0x10ffff, 0xfdd0, 0xfdef, 0xfeff,
].map((code) => [`U+${code.toString(16)}`, point(code)]).concat(
  ["κόσμε", "Hello-µ@ßöäüàá-UTF-8!!", "한글 日本語 עברית العربية", "👋🏽👨‍👩‍👧", "é".repeat(1000)].map((words) => [
    `"${words.slice(0, 12)}"`, Buffer.from(words)]));

// [name, bytes that come before the wrong one and are right so far, the rest]
const INVALID = [
  ["a lone continuation byte", "", "80"],
  ["the last continuation byte", "", "bf"],
  ["two continuation bytes", "", "80bf"],
  ["seven continuation bytes", "", "80bf80bf80bf80"],
  ["a lead of two without its continuation", "c3", "20"],
  ["a lead of three without its continuation", "e2", "20"],
  ["a lead of three with one continuation", "e282", "20"],
  ["a lead of four without its continuation", "f0", "20"],
  ["a lead of four with one continuation", "f090", "20"],
  ["a lead of four with two continuations", "f09080", "20"],
  ["a lead behind a lead", "c3", "c3a4"],
  ["0xFE", "", "fe"],
  ["0xFF", "", "ff"],
  ["0xFE and 0xFF", "", "fefeffff"],
  ["a sequence of five", "", "f888808080"],
  ["a sequence of six", "", "fc8480808080"],
  ["an overlong slash of two", "", "c0af"],
  ["an overlong slash of three", "e0", "80af"],
  ["an overlong slash of four", "f0", "8080af"],
  ["the longest overlong form of two", "", "c1bf"],
  ["the longest overlong form of three", "e0", "9fbf"],
  ["the longest overlong form of four", "f0", "8fbfbf"],
  ["an overlong NUL of two", "", "c080"],
  ["an overlong NUL of three", "e0", "8080"],
  ["an overlong NUL of four", "f0", "808080"],
  ["U+D800", "ed", "a080"],
  ["U+DB7F", "ed", "adbf"],
  ["U+DB80", "ed", "ae80"],
  ["U+DBFF", "ed", "afbf"],
  ["U+DC00", "ed", "b080"],
  ["U+DF80", "ed", "be80"],
  ["U+DFFF", "ed", "bfbf"],
  ["a pair of surrogates", "ed", "a080edb080"],
  ["U+110000", "f4", "908080"],
  ["U+13FFFF", "", "f5808080"],
  ["0xF7", "", "f7bfbfbf"],
].map(([name, right, wrong]) => [name, hex(right), hex(wrong)]);

const CUT_SHORT = ["c3", "e2", "e282", "f0", "f090", "f09080"].map((digits) => [digits, hex(digits)]);

function octet_fragments(bytes) {
  const frames = [text("", { fin: false })];
  for (const byte of bytes) frames.push(continuation(Buffer.of(byte), { fin: false }));
  return [...frames, continuation("")];
}

conformance_test("valid UTF-8 is echoed", VALID.flatMap(([name, bytes]) => [
  [`${name} in one frame`, async (peer) => {
    peer.write(text(bytes), text(around(bytes)));
    await peer.expect_text(bytes);
    await peer.expect_text(around(bytes));
    await peer.finish();
  }],
  [`${name} in fragments of one octet`, async (peer) => {
    peer.write(...octet_fragments(bytes));
    await peer.expect_text(bytes);
    await peer.finish();
  }],
  [`${name} in segments of one octet`, async (peer) => {
    await peer.write_octets(text(bytes.subarray(0, 125)));
    if (bytes.length <= 125) await peer.expect_text(bytes);
  }],
]));

conformance_test("invalid UTF-8 ends the connection with 1007", INVALID.flatMap(([name, right, wrong]) => [
  [`${name} in one frame`, async (peer) => {
    peer.write(text(Buffer.concat([right, wrong])));
    await peer.expect_close(1007);
  }],
  [`${name} inside other text`, async (peer) => {
    peer.write(text(around(Buffer.concat([right, wrong]))));
    await peer.expect_close(1007);
  }],
  [`${name} in fragments of one octet`, async (peer) => {
    peer.write(...octet_fragments(around(Buffer.concat([right, wrong]))));
    await peer.expect_close(1007);
  }],
]));

conformance_test("the first wrong byte ends the connection before its frame and message are complete", INVALID.flatMap(
  ([name, right, wrong]) => [
  [`${name} in a frame of which more is announced`, async (peer) => {
    const frame = text(Buffer.concat([Buffer.from("κόσμε"), right, wrong.subarray(0, 1), Buffer.alloc(50, "x")]));
    const until_wrong = frame.length - 50;
    peer.raw.write(frame.subarray(0, until_wrong - 1));
    peer.raw.write(frame.subarray(until_wrong - 1, until_wrong));
    await peer.expect_close(1007);
  }],
  [`${name} in an unfinished message`, async (peer) => {
    peer.write(text(Buffer.concat([Buffer.from("κόσμε"), right]), { fin: false }), ping("right so far"));
    await peer.expect_pong("right so far");
    peer.write(continuation(wrong.subarray(0, 1), { fin: false }));
    await peer.expect_close(1007);
  }],
]));

conformance_test("text that ends inside a sequence is closed with 1007", CUT_SHORT.flatMap(([digits, bytes]) => [
  [`${digits} at the end of a frame`, async (peer) => {
    peer.write(text("κόσμε"), text(bytes));
    await peer.expect_text("κόσμε");
    await peer.expect_close(1007);
  }],
  [`${digits} at the end of the last fragment`, async (peer) => {
    peer.write(text("ok", { fin: false }), continuation(bytes));
    await peer.expect_close(1007);
  }],
  [`${digits} at the end of a fragment, with an empty last one`, async (peer) => {
    peer.write(text(bytes, { fin: false }), continuation(""));
    await peer.expect_close(1007);
  }],
]));

conformance_test("a sequence may be spread over fragments with control frames between them", [
  ["€ in three fragments with pings between", async (peer) => {
    peer.write(text(hex("e2"), { fin: false }), ping("1"), continuation(hex("82"), { fin: false }), ping("2"),
      continuation(hex("ac")));
    await peer.expect_pong("1");
    await peer.expect_pong("2");
    await peer.expect_text("€");
    await peer.finish();
  }],
  ["binary may be anything", async (peer) => {
    for (const [, right, wrong] of INVALID) {
      peer.write(binary(Buffer.concat([right, wrong])));
      await peer.expect_binary(Buffer.concat([right, wrong]));
    }
    peer.write(close_frame(1000));
    await peer.expect_close(1000);
  }],
]);
