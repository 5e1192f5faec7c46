// Large messages, many messages, many fragments.
import { conformance_test } from "../../support/conformance.mjs";
import { binary, continuation, text } from "../../support/frames.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
const sized = (size) => Buffer.alloc(size, "Lorem ipsum dolor sit amet. ");

function* fragments_of(payload, size) {
  for (let start = 0; start < payload.length; start += size) {
    const fin = start + size >= payload.length;
    const part = payload.subarray(start, start + size);
    yield start === 0 ? binary(part, { fin }) : continuation(part, { fin });
  }
}

conformance_test("a large message is echoed", [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB].flatMap((size) => [
  [`text of ${size} bytes`, async (peer) => {
    peer.write(text(sized(size)));
    await peer.expect_text(sized(size));
    await peer.finish();
  }],
  [`binary of ${size} bytes`, async (peer) => {
    peer.write(binary(sized(size)));
    await peer.expect_binary(sized(size));
    await peer.finish();
  }],
]));

const FRAGMENT_SIZES = [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB];
const SEGMENT_SIZES = [64, 128, 256, 512, KIB, 2 * KIB];
const MESSAGE_SIZES = [0, 16, 64, 256, KIB, 4 * KIB];

conformance_test("a message of 4 MiB is echoed from fragments of each size", FRAGMENT_SIZES.map((size) => [
  `${size} bytes each`, async (peer) => {
    peer.write(...fragments_of(sized(4 * MIB), size));
    await peer.expect_binary(sized(4 * MIB));
    await peer.finish();
  },
]));

conformance_test("a message that comes in segments of each size is echoed", SEGMENT_SIZES.map((size) => [
  `${size} bytes each`, async (peer) => {
    const frame = text(sized(MIB));
    for (let start = 0; start < frame.length; start += size) {
      const part = frame.subarray(start, start + size);
      if (!peer.raw.socket.write(part)) await new Promise((resolve) => peer.raw.socket.once("drain", resolve));
    }
    await peer.expect_text(sized(MIB));
    await peer.finish();
  },
]));

conformance_test("1,000 messages are echoed one after the other", MESSAGE_SIZES.map((size) => [
  `${size} bytes each`, async (peer) => {
    for (let i = 0; i < 1000; i++) {
      peer.write(binary(sized(size)));
      await peer.expect_binary(sized(size));
    }
    await peer.finish();
  },
]));

conformance_test("a message of 64 KiB in fragments of 1,300 bytes is echoed", [["1,300 bytes each", async (peer) => {
  peer.write(...fragments_of(sized(64 * KIB), 1300));
  await peer.expect_binary(sized(64 * KIB));
  await peer.finish();
}]]);
