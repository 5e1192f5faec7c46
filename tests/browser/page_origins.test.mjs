// What a browser itself says of its page's origin decides: the app's allowed_origins, and those of raw broadcast. The
// pages are at localhost and the node at 127.0.0.1: a page of the node's own host is always let in.
import assert from "node:assert/strict";

import { Browser } from "../support/browser.mjs";
import { Cluster } from "../support/cluster.mjs";
import { PageServer } from "../support/page_server.mjs";
import { process_test } from "../support/process_test.mjs";
import { APP, make_sdk } from "../support/pusher.mjs";
import { write_config } from "../support/temp_dir.mjs";

process_test("pages of the named origin connect; others get 4009 and do not come back", async (scope) => {
  const [allowed, other] = await Promise.all([1, 2].map(() => PageServer.start(scope, { port: 0 })));
  const node = await Cluster.start(scope, { flags: [`--config=${write_config(scope, `[[app]]\nid = "${APP.id}"
key = "${APP.key}"\nsecret = "${APP.secret}"\nallowed_origins = ["${allowed.origin("localhost")}"]\n`)}`] });
  const browser = await Browser.start(scope);
  const page = await browser.open(`${allowed.origin("localhost")}/`);
  await page.run((port) => { open_pusher(port); return subscribe("orders"); }, node.port);
  await make_sdk(node).trigger("orders", "said", {});
  await page.waits_until("the event is heard", () => heard_on("orders").length === 1);

  const refused = await browser.open(`${other.origin("localhost")}/`);
  await refused.run((port) => open_pusher(port), node.port);
  await refused.waits_until("pusher-js has given up", () => pusher.connection.state === "disconnected");
  assert.match((await refused.run(() => errors)).join(), /4009/);
  assert.deepEqual(await refused.run(() => states), ["disconnected"]);
});

// Resolves with what came back, or with the code of the close.
function exchange(url) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    const got = [];
    socket.onopen = () => ["grüße", "end"].forEach((text) => socket.send(text));
    socket.onclose = ({ code }) => resolve(code);
    socket.onmessage = ({ data }) => {
      got.push(data);
      if (data === "end") resolve(got);
    };
  });
}

process_test("raw broadcast lets in pages of the named origin and no other", async (scope) => {
  const [allowed, other] = await Promise.all([1, 2].map(() => PageServer.start(scope, { port: 0 })));
  const node = await Cluster.start(scope, { flags: [`--raw-allowed-origins=${allowed.origin("localhost")}`] });
  const browser = await Browser.start(scope);
  for (const page of [`${allowed.origin("localhost")}/`, `${other.origin()}/`]) {
    assert.deepEqual(await (await browser.open(page)).run(exchange, node.url()), ["grüße", "end"], page);
  }
  const refused = await browser.open(`${other.origin("localhost")}/`);
  assert.equal(await refused.run(exchange, node.url()), 1006);
});
