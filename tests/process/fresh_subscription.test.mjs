// What is published the moment after subscription_succeeded reaches the new subscriber, from either node: on a channel
// that nobody had, on one that was left a moment ago, and on one that others hold.
//
// BELFRY_FRESH=10000 subscribes that many times in place of 500.
import assert from "node:assert/strict";
import http from "node:http";

import { Journal } from "../support/journal.mjs";
import { ModelSubscriber } from "../support/model_subscriber.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_sdk, start_pair } from "../support/pusher.mjs";

const TIMES = Number(process.env.BELFRY_FRESH ?? 500);
const LANES = 10;
const DEADLINE_MS = 60_000 + TIMES * 60;

function channel_of(lane, round) {
  return [`fresh-${lane}-${round}`, `left-${lane}`, "held"][round % 3];
}

// One subscriber, and a back end at the other node or at its own.
async function use_lane(scope, nodes, journal, lane) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  scope.defer(() => agent.destroy());
  const subscriber = await ModelSubscriber.open(scope, nodes[lane % 2], journal, `subscriber ${lane}`);
  const sdks = nodes.map((node) => make_sdk(node, { agent }));
  for (let round = 0; round < TIMES / LANES; ++round) {
    const channel = channel_of(lane, round);
    await subscriber.subscribe(channel);
    const publisher = `back end ${lane}`;
    const n = journal.enter(publisher, [channel]);
    await sdks[(lane + round) % 2].trigger(channel, "tick", { publisher, n });
    await subscriber.unsubscribe_calmly(channel);
  }
  await subscriber.check();
  return subscriber.summary();
}

process_test(`${TIMES} times nothing is missed of what is published the moment after subscription_succeeded`, async (scope) => {
  const nodes = await start_pair(scope);
  const journal = new Journal();
  const lanes = Array.from({ length: LANES }, (_, lane) => use_lane(scope, nodes, journal, lane));
  for (const { runs, received } of await Promise.all(lanes)) {
    assert.equal(runs, Math.ceil(TIMES / LANES));
    assert.ok(received >= runs);
  }
}, { deadline_ms: DEADLINE_MS });
