// pusher-js and laravel-echo in a real browser: pages in headless Chromium, two nodes, nothing but loopback.
import assert from "node:assert/strict";

import { Balancer } from "../support/balancer.mjs";
import { Browser } from "../support/browser.mjs";
import { PageServer } from "../support/page_server.mjs";
import { process_test } from "../support/process_test.mjs";
import { make_sdk, start_pair } from "../support/pusher.mjs";

const ALICE = { id: "alice", user_info: { name: "Alice" } };

async function open_page(scope, browser, node, options) {
  const application = await PageServer.start(scope, node, options);
  const page = await browser.open(`${application.origin()}/`);
  return { application, page };
}

async function open_pusher(scope, browser, node, options) {
  const { application, page } = await open_page(scope, browser, node, options);
  await page.run((port) => open_pusher(port), node.port);
  return { application, page };
}

async function hears(page, channel, expected) {
  await page.waits_until(`${expected.length} events on ${channel}`, (name, count) =>
    heard_on(name).length >= count, channel, expected.length);
  assert.deepEqual(await page.run((name) => heard_on(name), channel), expected.map(([event, data]) => [channel, event, data]));
}

process_test("pages on two nodes hear public, private, encrypted and cache channels, each event once", async (scope) => {
  const nodes = await start_pair(scope);
  const browser = await Browser.start(scope);
  const pages = await Promise.all(nodes.map((node) => open_pusher(scope, browser, node)));
  const channels = ["orders", "private-room", "private-encrypted-safe", "cache-news", "private-cache-news"];
  const texts = ["grüße \u2028 <b>", "", "🔔", "\\ / \"", "5"];
  for (const { page } of pages) await page.run((names) => Promise.all(names.map(subscribe)), channels);
  for (const [n, channel] of channels.entries()) await make_sdk(nodes[n % 2]).trigger(channel, "said", { text: texts[n] });
  for (const { page, application } of pages) {
    for (const [n, channel] of channels.entries()) await hears(page, channel, [["said", { text: texts[n] }]]);
    assert.deepEqual([...application.signed].sort(), channels.filter((name) => name.startsWith("private-")).sort());
  }
});

process_test("client events go from page to page, and not back to their sender", async (scope) => {
  const nodes = await start_pair(scope);
  const browser = await Browser.start(scope);
  const [first, second] = await Promise.all(nodes.map((node) => open_pusher(scope, browser, node)));
  for (const { page } of [first, second]) await page.run(() => subscribe("private-room"));
  await first.page.run(() => pusher.channel("private-room").trigger("client-typing", { user: 1 }));
  await hears(second.page, "private-room", [["client-typing", { user: 1 }]]);
  await second.page.run(() => pusher.channel("private-room").trigger("client-typing", { user: 2 }));
  await hears(first.page, "private-room", [["client-typing", { user: 2 }]]);
});

process_test("a newcomer's page gets the last event of a cache channel", async (scope) => {
  const nodes = await start_pair(scope);
  await make_sdk(nodes[0]).trigger("cache-news", "headline", { n: 1 });
  const browser = await Browser.start(scope);
  const { page } = await open_pusher(scope, browser, nodes[1]);
  await page.run(() => subscribe("cache-news"));
  await hears(page, "cache-news", [["headline", { n: 1 }]]);
});

process_test("a page signs its user in, who then gets what is sent to them", async (scope) => {
  const nodes = await start_pair(scope);
  const browser = await Browser.start(scope);
  const { page } = await open_pusher(scope, browser, nodes[0], { user: ALICE });
  await page.run(() => {
    pusher.user.bind("note", (data) => heard.push(["user", "note", data]));
    pusher.signin();
    return pusher.user.signinDonePromise;
  });
  assert.deepEqual(await page.run(() => pusher.user.user_data), ALICE);
  await page.waits_until("the user's channel is subscribed", () => pusher.user.serverToUserChannel?.subscribed === true);
  await make_sdk(nodes[1]).sendToUser("alice", "note", { text: "for alice" });
  await hears(page, "user", [["note", { text: "for alice" }]]);
});

for (const [how, end] of [["stops", (node) => node.stop()], ["dies", (node) => node.kill_node()]]) {
  process_test(`when a page's node ${how} the page goes on at the other one, private channel and user too`, async (scope) => {
    const nodes = await start_pair(scope);
    const browser = await Browser.start(scope);
    const balancer = await Balancer.start(scope, nodes);
    const { page, application } = await open_page(scope, browser, nodes[1], { user: ALICE });
    await page.run((port) => open_pusher(port), balancer.port);
    await page.run(() => Promise.all(["orders", "private-room"].map(subscribe)));
    await page.run(() => { pusher.signin(); return pusher.user.signinDonePromise; });
    const socket_id = await page.run(() => pusher.connection.socket_id);
    await nodes[0].wait_for_clients(1);

    await end(nodes[0]);
    await nodes[1].wait_for_clients(1);
    await page.waits_until("the page has subscribed again", (before) =>
      pusher.connection.state === "connected" && pusher.connection.socket_id !== before &&
      pusher.allChannels().every((channel) => channel.subscribed) && pusher.user.serverToUserChannel?.subscribed === true, socket_id);
    const sdk = make_sdk(nodes[1]);
    for (const channel of ["orders", "private-room"]) await sdk.trigger(channel, "again", { channel });
    for (const channel of ["orders", "private-room"]) await hears(page, channel, [["again", { channel }]]);
    assert.deepEqual(application.signed.sort(), ["private-room", "private-room", "the user", "the user"]);
    assert.deepEqual(await page.run(() => states.filter((state) => state === "disconnected" || state === "failed")), []);
  });
}

process_test("closing a tab is seen at once", async (scope) => {
  const [node] = await start_pair(scope);
  const browser = await Browser.start(scope);
  const { page } = await open_pusher(scope, browser, node);
  await page.run(() => subscribe("orders"));
  await node.wait_for_clients(1);
  await page.close();
  await node.wait_for_clients(0);
});

for (const broadcaster of ["pusher", "reverb"]) {
  process_test(`laravel-echo (${broadcaster}) on a page hears broadcasts and whispers`, async (scope) => {
    const nodes = await start_pair(scope);
    const browser = await Browser.start(scope);
    const pages = [];
    for (const node of nodes) {
      const { page } = await open_page(scope, browser, node);
      await page.run((port, name) => open_echo(port, name), node.port, broadcaster);
      await page.run(() => Promise.all([
        echo.channel("orders").listen("OrderShipped", (data) => heard.push(["orders", "OrderShipped", data])),
        echo.private("room").listenForWhisper("typing", (data) => heard.push(["room", "typing", data])),
        echo.encryptedPrivate("safe").listen(".plain", (data) => heard.push(["safe", "plain", data])),
      ].map((channel) => new Promise((resolve, reject) => channel.subscribed(resolve).error(reject)))));
      pages.push(page);
    }
    const sdk = make_sdk(nodes[0]);
    await sdk.trigger("orders", "App\\Events\\OrderShipped", { id: 7 });
    await sdk.trigger("private-encrypted-safe", "plain", { secret: true });
    await pages[0].run(() => void echo.private("room").whisper("typing", { user: 1 }));
    for (const page of pages) {
      await hears(page, "orders", [["OrderShipped", { id: 7 }]]);
      await hears(page, "safe", [["plain", { secret: true }]]);
    }
    await hears(pages[1], "room", [["typing", { user: 1 }]]);
    assert.match(await pages[0].run(() => echo.socketId()), /^\d+\.\d+$/);
  });
}
