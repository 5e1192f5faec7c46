// RFC 6455, section 5.2: lengths of every form, in one write and octet by octet.
import { conformance_test } from "../../support/conformance.mjs";
import { binary, text } from "../../support/frames.mjs";

const SIZES = [0, 1, 2, 124, 125, 126, 127, 128, 1000, 65_535, 65_536];
const KINDS = { text: { frame: text, byte: "*" }, binary: { frame: binary, byte: Buffer.of(0xfe) } };

const payload_of = (kind, size) => Buffer.alloc(size, KINDS[kind].byte);
const expect = (peer, kind, payload) => (kind === "text" ? peer.expect_text(payload) : peer.expect_binary(payload));

const both_kinds = (name, sizes, write) => Object.keys(KINDS).flatMap((kind) => sizes.map((size) => [
  `${kind} of ${size} bytes, ${name}`,
  async (peer) => {
    const payload = payload_of(kind, size);
    await write(peer, KINDS[kind].frame(payload));
    await expect(peer, kind, payload);
    await peer.finish();
  },
]));

async function write_in_pieces(peer, frame, size) {
  for (let start = 0; start < frame.length; start += size) {
    await new Promise((resolve) => peer.raw.socket.write(frame.subarray(start, start + size), resolve));
  }
}

conformance_test("a message of each length form is echoed",
  both_kinds("whole", SIZES, (peer, frame) => peer.write(frame)));

conformance_test("a message that comes in pieces is echoed", [
  ...both_kinds("octet by octet", [0, 1, 125, 126, 127, 1000], (peer, frame) => peer.write_octets(frame)),
  ...both_kinds("in pieces of 997", [65_535, 65_536], (peer, frame) => write_in_pieces(peer, frame, 997)),
]);

conformance_test("many frames in one segment are echoed in order", [
  ["200 small ones", async (peer) => {
    peer.write(...Array.from({ length: 200 }, (_, i) => text(`message ${i}`)));
    for (let i = 0; i < 200; i++) await peer.expect_text(`message ${i}`);
    await peer.finish();
  }],
  ["text and binary by turns", async (peer) => {
    peer.write(text("a"), binary("b"), text(""), binary(""));
    await peer.expect_text("a");
    await peer.expect_binary("b");
    await peer.expect_text("");
    await peer.expect_binary("");
    await peer.finish();
  }],
]);
