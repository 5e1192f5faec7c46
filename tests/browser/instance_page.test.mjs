// tools/instance.html: a page that chooses its node by /instance, and another one when that goes.
import assert from "node:assert/strict";

import { Browser } from "../support/browser.mjs";
import { PageServer } from "../support/page_server.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_sdk, start_pair } from "../support/pusher.mjs";
import { wait_until } from "../support/wait_until.mjs";

process_test("a page goes where /instance says, and to another node when that one is drained", async (scope) => {
  const nodes = await start_pair(scope, { flags: ["--drain-delay=3s"] });
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  for (const address of addresses)
    await wait_until("each node gives some node", 20_000, async () => (await fetch(`http://${address}/instance`)).ok);
  const application = await PageServer.start(scope, nodes[0]);
  const browser = await Browser.start(scope);
  const page = await browser.open(
    `${application.origin()}/instance.html?nodes=${addresses}&policy=ip-hash&script=/pusher.js`);
  await page.waits_until("it is connected", () => /:\d+$/.test(document.getElementById("node").textContent));
  const chosen = addresses.indexOf(await page.run(() => document.getElementById("node").textContent));
  assert.notEqual(chosen, -1);
  const [leaving, other] = chosen === 0 ? nodes : nodes.toReversed();
  leaving.expect_exit();
  await leaving.ask("drain 1s");
  await page.waits_until("it is at the other node", (address) =>
    document.getElementById("node").textContent === address, `127.0.0.1:${other.port}`);
  await page.waits_until("it has subscribed again", () =>
    document.getElementById("log").textContent.split("subscription_succeeded").length === 3);
  await make_sdk(other).trigger("news", "headline", { n: 1 });
  await page.waits_until("it hears what is published", () =>
    /headline \{"n":1\}/.test(document.getElementById("log").textContent));
  await leaving.wait_for_exit();
});
