// RFC 6455, section 5.4: messages in fragments, and sequences of frames that are no message.
import { conformance_test } from "../../support/conformance.mjs";
import { binary, close_frame, continuation, ping, pong, text } from "../../support/frames.mjs";

const unfinished = { fin: false };
const whole = (write) => async (peer) => {
  await write(peer);
  await peer.expect_text("fragment1fragment2");
  await peer.finish();
};
const refused = (...frames) => async (peer) => {
  peer.write(...frames);
  await peer.expect_close(1002);
};

conformance_test("fragments are joined to one message", [
  ["two in one write", whole((peer) => peer.write(text("fragment1", unfinished), continuation("fragment2")))],
  ["two in two writes", whole(async (peer) => {
    peer.write(text("fragment1", unfinished), ping("sync"));
    await peer.expect_pong("sync");
    peer.write(continuation("fragment2"));
  })],
  ["two octet by octet", whole((peer) =>
    peer.write_octets(Buffer.concat([text("fragment1", unfinished), continuation("fragment2")])))],
  ["an empty first fragment", whole((peer) =>
    peer.write(text("", unfinished), continuation("fragment1", unfinished), continuation("fragment2")))],
  ["an empty last fragment", whole((peer) =>
    peer.write(text("fragment1", unfinished), continuation("fragment2", unfinished), continuation("")))],
  ["only empty fragments", async (peer) => {
    peer.write(text("", unfinished), continuation("", unfinished), continuation(""));
    await peer.expect_text("");
    await peer.finish();
  }],
  ["binary", async (peer) => {
    peer.write(binary(Buffer.of(0xff), unfinished), continuation(Buffer.of(0xfe)));
    await peer.expect_binary(Buffer.of(0xff, 0xfe));
    await peer.finish();
  }],
  ["a message of one byte each fragment", async (peer) => {
    const letters = [..."a message of one byte each fragment"];
    peer.write(text(letters[0], unfinished), ...letters.slice(1).map((letter) => continuation(letter, unfinished)),
      continuation(""));
    await peer.expect_text(letters.join(""));
    await peer.finish();
  }],
  ["one message right behind another", async (peer) => {
    peer.write(text("a", unfinished), continuation("b"), text("c", unfinished), continuation("d"), text("e"));
    for (const message of ["ab", "cd", "e"]) await peer.expect_text(message);
    await peer.finish();
  }],
]);

conformance_test("frames in a wrong order end the connection", [
  ["a fragmented ping", refused(ping("fragment1", unfinished), continuation("fragment2"))],
  ["a fragmented pong", refused(pong("fragment1", unfinished), continuation("fragment2"))],
  ["a fragmented close", refused(close_frame(1000, "", unfinished))],
  ["a continuation of nothing", refused(continuation("nothing"))],
  ["a continuation of nothing and then a message", refused(continuation("nothing"), text("message"))],
  ["an unfinished continuation of nothing", refused(continuation("nothing", unfinished), text("message"))],
  ["a message inside a message", refused(text("fragment1", unfinished), text("fragment2"))],
  ["a binary message inside a text message", refused(text("fragment1", unfinished), binary("fragment2"))],
  ["an unfinished message inside a message", refused(text("fragment1", unfinished), text("fragment2", unfinished))],
  ["a continuation behind a finished message", async (peer) => {
    peer.write(text("fragment1", unfinished), continuation("fragment2"), continuation("fragment3"));
    await peer.expect_text("fragment1fragment2");
    await peer.expect_close(1002);
  }],
]);

conformance_test("a close between fragments is answered and the message is dropped", [
  ["close between two fragments", async (peer) => {
    peer.write(text("fragment1", unfinished), close_frame(1000), continuation("fragment2"));
    await peer.expect_close(1000);
  }],
  ["ping and close between two fragments", async (peer) => {
    peer.write(text("fragment1", unfinished), ping("between"), close_frame(1000));
    await peer.expect_pong("between");
    await peer.expect_close(1000);
  }],
]);
