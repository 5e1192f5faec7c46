// Helpers for tests that count what many raw clients hear.
import { wait_until } from "./wait_until.mjs";

// Returns once every client hears what is published, and forgets what they got for it. A worker subscribes by need, so
// that a client may be open a moment before the first message can reach it.
export async function wait_until_all_hear(clients, publish) {
  let round = 0;
  await wait_until("every client hears a probe", 40_000, async () => {
    const probe = `probe ${++round}`;
    await publish(probe);
    await wait_until("the probe arrives", 1_000, () => clients.every((client) => client.messages.includes(probe)));
    return true;
  });
  for (const client of clients) client.forget_messages();
}

// The messages of one sender, in the order in which the client got them.
export function heard_from(client, sender) {
  return client.messages.filter((message) => message.startsWith(`${sender}:`));
}
