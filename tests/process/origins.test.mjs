// Browsers name their page's origin: only pages of the same host may connect, unless raw.allowed_origins says so.
// Programs send no Origin and are let in.
import assert from "node:assert/strict";

import { Cluster } from "../support/cluster.mjs";
import { process_test } from "../support/process_test.mjs";
import { WsClient, refused_status } from "../support/ws_client.mjs";

async function expect_allowed(scope, cluster, origin, host) {
  const client = await WsClient.open(scope, cluster.url(), { headers: headers_of(origin, host) });
  await client.close();
}

async function expect_refused(scope, cluster, origin, host) {
  assert.equal(await refused_status(scope, cluster.url(), { headers: headers_of(origin, host) }), 403, origin);
}

function headers_of(origin, host) {
  return { ...(origin === undefined ? {} : { Origin: origin }), ...(host === undefined ? {} : { Host: host }) };
}

process_test("without allowed_origins only pages of the same host may connect", async (scope) => {
  const cluster = await Cluster.start(scope);
  await expect_allowed(scope, cluster, undefined);
  await expect_allowed(scope, cluster, `http://127.0.0.1:${cluster.port}`);
  await expect_allowed(scope, cluster, "https://chat.example", "chat.example");
  await expect_allowed(scope, cluster, "https://CHAT.example", "chat.example");
  await expect_refused(scope, cluster, "https://evil.example");
  await expect_refused(scope, cluster, "https://evil.example", "chat.example");
  await expect_refused(scope, cluster, "https://chat.example.evil.example", "chat.example");
  await expect_refused(scope, cluster, "https://chat.example@evil.example", "chat.example");
  await expect_refused(scope, cluster, "null");
});

process_test("allowed_origins lets the named pages in and no other", async (scope) => {
  const flags = ["--raw-allowed-origins=https://app.example,https://admin.example:8443"];
  const cluster = await Cluster.start(scope, { flags });
  await expect_allowed(scope, cluster, undefined);
  await expect_allowed(scope, cluster, "https://app.example");
  await expect_allowed(scope, cluster, "https://admin.example:8443");
  await expect_refused(scope, cluster, "https://evil.example");
  await expect_refused(scope, cluster, "https://app.example.evil.example");
  await expect_refused(scope, cluster, "https://notapp.example");
});

process_test('allowed_origins = "*" lets every page in', async (scope) => {
  const cluster = await Cluster.start(scope, { flags: ["--raw-allowed-origins=*"] });
  await expect_allowed(scope, cluster, "https://anything.example");
});
