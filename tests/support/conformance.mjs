// Conformance cases against the echo path: each case has a connection of its own, all cases of a test share one node.
// Written from RFC 6455; they cover what the well-known suites check in their strict mode.
import assert from "node:assert/strict";

import { Cluster } from "./cluster.mjs";
import { FrameConnection, OPCODE, close_frame } from "./frames.mjs";
import { process_test } from "./process_test.mjs";

export class EchoPeer extends FrameConnection {
  static async open(scope, port) {
    const { raw } = await FrameConnection.open(scope, port, "/echo");
    return new EchoPeer(raw);
  }

  // The next message, fragments joined, is the payload; no control frame may come before it.
  async expect_echo(opcode, payload) {
    let frame = await this.#frame(opcode);
    const parts = [frame.payload];
    while (!frame.fin) {
      frame = await this.#frame(OPCODE.continuation);
      parts.push(frame.payload);
    }
    const expected = Buffer.from(payload);
    const received = Buffer.concat(parts);
    assert.equal(received.length, expected.length, "length of the echo");
    assert.ok(received.equals(expected), "the echo differs from what was sent");
  }

  expect_text(payload) {
    return this.expect_echo(OPCODE.text, payload);
  }

  expect_binary(payload) {
    return this.expect_echo(OPCODE.binary, payload);
  }

  async expect_pong(payload) {
    const frame = await this.#frame(OPCODE.pong);
    assert.deepEqual(frame.payload, Buffer.from(payload));
  }

  // A close frame with one of the codes (null: without a code) and then, at once, the end of the connection.
  async expect_close(...codes) {
    const frame = await this.#frame(OPCODE.close);
    assert.ok(codes.includes(frame.code), `closed with ${frame.code} in place of ${codes.join(" or ")}`);
    assert.equal(await this.next(), null, "a frame behind the close frame");
    return frame;
  }

  // The client's own clean ending; proves that nothing else was on its way.
  async finish() {
    this.write(close_frame(1000));
    await this.expect_close(1000);
  }

  async #frame(opcode) {
    const frame = await this.next();
    assert.ok(frame, `the connection ended in place of opcode ${opcode}`);
    const told = frame.opcode === OPCODE.close ? ` (close ${frame.code} "${frame.reason}")` : "";
    assert.equal(frame.opcode, opcode, `opcode ${frame.opcode}${told} in place of ${opcode}`);
    return frame;
  }
}

// cases: [name, async (peer) => ...]
export function conformance_test(sentence, cases) {
  process_test(`${sentence} (${cases.length} cases)`, async (scope) => {
    const cluster = await Cluster.start(scope, { flags: ["--echo-path=/echo"] });
    const failures = [];
    for (const [name, run] of cases) {
      const peer = await EchoPeer.open(scope, cluster.port);
      await run(peer).catch((error) => failures.push(`${name}: ${error.message}`));
      peer.raw.destroy();
    }
    assert.deepEqual(failures, []);
  });
}
