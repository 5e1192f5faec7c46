// Clients that may be refused, and how many an app has by the word of the HTTP API.
import assert from "node:assert/strict";

import { APP } from "./pusher.mjs";
import { get } from "./signed_request.mjs";
import { WsClient } from "./ws_client.mjs";

// Connects and says how it ended: "in", or the close code. A refused connection is ended by then.
export async function try_to_connect(scope, node, deadline_ms) {
  const client = await WsClient.open(scope, node.url(`/app/${APP.key}?protocol=7`));
  const first = JSON.parse(await client.next());
  if (first.event === "pusher:connection_established") return { client, how: "in" };
  assert.equal(first.event, "pusher:error");
  const { code } = await client.wait_for_close(deadline_ms);
  assert.equal(code, first.data.code);
  return { client, how: code };
}

export function try_many(scope, nodes, count) {
  return Promise.all(Array.from({ length: count }, (_, n) => try_to_connect(scope, nodes[n % nodes.length])));
}

export async function connections(node) {
  return (await get(node, "connections")).body.connections;
}
