// Many clients of a node at once, and how they are spread over its workers.
import { WsClient } from "./ws_client.mjs";

const AT_ONCE = 250; // fewer than a listener's queue holds, even where a program sends all to one

// `options_of(n)` are further options of the n-th client, as its localAddress.
export async function open_crowd(scope, cluster, count, options_of = () => ({})) {
  const clients = [];
  while (clients.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - clients.length) }, (_, n) =>
      WsClient.open(scope, cluster.url(), options_of(clients.length + n)));
    clients.push(...(await Promise.all(batch)));
  }
  return clients;
}

// The clients of each slot.
export function spread_of(status) {
  return status.workers.map(({ clients }) => clients);
}
