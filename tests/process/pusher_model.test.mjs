// Order, no loss and no duplicate, per publisher and channel: back ends and clients publish on two nodes while
// subscribers come and go by a random generator, and everything that anybody got is checked against what was published.
//
// BELFRY_SEEDS=100 runs the seeds 1 to 100, BELFRY_SEED=7 that one alone.
import assert from "node:assert/strict";

import { Journal } from "../support/journal.mjs";
import { BackEnd, ClientPublisher } from "../support/model_publishers.mjs";
import { ModelSubscriber } from "../support/model_subscriber.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, start_pair } from "../support/pusher.mjs";
import { random_of, seeds_to_run } from "../support/random.mjs";
import { write_config } from "../support/temp_dir.mjs";

const PRIVATE = ["private-a", "private-b", "private-cache-c"];
const CHANNELS = ["open-a", "open-b", "cache-c", ...PRIVATE];
const SUBSCRIBERS_PER_NODE = 4;
const ROUNDS = 250;

const CONFIG = `[[app]]
id = "${APP.id}"
key = "${APP.key}"
secret = "${APP.secret}"
max_client_events_per_second = 0
`;

// Until the publishers have ended: subscribes, unsubscribes calmly or not, or does both at once.
async function come_and_go(subscriber, random) {
  while (!subscriber.journal.is_over) {
    await step(subscriber, random.pick(CHANNELS), random);
    await subscriber.journal.advances(random.below(40));
  }
}

async function step(subscriber, channel, random) {
  if (!subscriber.is_on(channel)) {
    const confirmed = subscriber.subscribe(channel);
    if (random.chance(0.8)) await confirmed;
  } else if (random.chance(0.4)) {
    await subscriber.unsubscribe_calmly(channel);
  } else {
    subscriber.unsubscribe(channel);
    if (random.chance(0.4)) subscriber.subscribe(channel);
  }
}

async function make_publishers(scope, nodes, journal, facts) {
  const publishers = [];
  for (const [i, node] of nodes.entries()) {
    for (const name of [`back end ${i}a`, `back end ${i}b`]) publishers.push(new BackEnd(scope, node, journal, name, facts));
    const client = await ModelSubscriber.open(scope, node, journal, `client ${i}`);
    for (const channel of PRIVATE) await client.subscribe(channel);
    facts.subscribers.push(client);
    publishers.push(new ClientPublisher(client, journal, { ...facts, channels: PRIVATE }));
  }
  return publishers;
}

async function play(scope, seed) {
  const random = random_of(seed);
  const nodes = await start_pair(scope, { flags: [`--config=${write_config(scope, CONFIG)}`] });
  const journal = new Journal();
  const movers = [];
  for (let i = 0; i < SUBSCRIBERS_PER_NODE * nodes.length; ++i) {
    movers.push(await ModelSubscriber.open(scope, nodes[i % nodes.length], journal, `subscriber ${i}`));
  }
  const subscribers = [...movers];
  const publishers = await make_publishers(scope, nodes, journal, { random, channels: CHANNELS, subscribers });
  const moving = Promise.all(movers.map((mover) => come_and_go(mover, random)));
  const publishing = Promise.all(publishers.map((publisher) => publisher.publish(ROUNDS))).finally(() => journal.end());
  await Promise.all([publishing, moving]);
  for (const subscriber of subscribers) await subscriber.check();
  return subscribers;
}

for (const seed of seeds_to_run(3)) {
  process_test(`whoever comes and goes gets each publisher's messages in order, none missed, none twice (seed ${seed})`,
    async (scope) => {
      const subscribers = await play(scope, seed);
      for (const { name, runs, received } of subscribers.map((one) => one.summary())) {
        assert.ok(runs > 0 && received > 0, `${name} has tested nothing`);
      }
    });
}
