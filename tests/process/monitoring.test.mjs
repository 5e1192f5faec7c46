// The board and the alert rules of tools/monitoring, against a real Prometheus that scrapes two nodes. Skipped where
// none is installed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import test from "node:test";

import { Child } from "../support/child.mjs";
import { Cluster } from "../support/cluster.mjs";
import { metrics_address, request_metrics } from "../support/metrics.mjs";
import { process_test } from "../support/process_test.mjs";
import { PusherWs } from "../support/pusher_ws.mjs";
import { Redis } from "../support/redis.mjs";
import { post } from "../support/signed_request.mjs";
import { make_temp_dir } from "../support/temp_dir.mjs";
import { wait_until } from "../support/wait_until.mjs";
import { WsClient } from "../support/ws_client.mjs";

const MONITORING = new URL("../../tools/monitoring/", import.meta.url).pathname;
const DEADLINE_MS = 60_000;
const has_prometheus = spawnSync("prometheus", ["--version"]).status === 0 && spawnSync("promtool", ["--version"]).status === 0;

const board_queries = () => JSON.parse(readFileSync(`${MONITORING}grafana.json`, "utf8")).panels
  .flatMap(({ targets }) => targets.map(({ expr }) => expr
    .replaceAll("${prefix}", "belfry_").replaceAll("$instance", ".*").replaceAll("$__rate_interval", "10s")));

const rule_queries = () => [...readFileSync(`${MONITORING}alerts.yml`, "utf8").matchAll(/^ +expr: (.*)$/gm)]
  .map(([, expr]) => expr);

function promtool(args, input) {
  const { status, stdout, stderr } = spawnSync("promtool", args, { input });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

class Prometheus {
  static async start(scope, targets) {
    const directory = make_temp_dir(scope);
    writeFileSync(join(directory, "prometheus.yml"), JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      scrape_configs: [{ job_name: "belfry", static_configs: [{ targets }] }],
      rule_files: [`${MONITORING}alerts.yml`],
    }));
    const child = new Child("prometheus", ["--config.file=prometheus.yml", "--storage.tsdb.path=data",
      "--web.listen-address=127.0.0.1:0", "--log.level=info"], { cwd: directory, home: directory });
    scope.defer(() => child.dispose());
    scope.show_on_failure("prometheus", () => child.last_lines());
    const port = await wait_until("prometheus listens", DEADLINE_MS, () =>
      /Listening on.* address=127\.0\.0\.1:(\d+)/.exec(child.output)?.[1]);
    const prometheus = new Prometheus(port);
    await wait_until("it is ready", DEADLINE_MS, () => prometheus.is_ready());
    return prometheus;
  }

  constructor(port) {
    this.port = port;
  }

  // It listens a moment before.
  is_ready() {
    return new Promise((resolve, reject) => {
      http.get({ host: "127.0.0.1", port: this.port, path: "/-/ready" }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      }).on("error", reject);
    });
  }

  get(path) {
    return new Promise((resolve, reject) => {
      http.get({ host: "127.0.0.1", port: this.port, path }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text) => (body += text)).on("end", () => resolve(JSON.parse(body)));
      }).on("error", reject);
    });
  }

  query(expr) {
    return this.get(`/api/v1/query?query=${encodeURIComponent(expr)}`);
  }
}

test("the rules are valid", { skip: !has_prometheus }, () => promtool(["check", "rules", `${MONITORING}alerts.yml`]));

process_test("Prometheus finds nothing to say of the metrics, and every query of the board has data", async (scope) => {
  if (!has_prometheus) return scope.t.skip("prometheus and promtool are not installed");
  const redis = await Redis.start(scope, { tcp: true });
  const options = { redis_url: redis.url, flags: ["--metrics-listen=127.0.0.1:0"] };
  const nodes = await Promise.all([Cluster.start(scope, options), Cluster.start(scope, options)]);
  const { body } = await request_metrics(nodes[0]);
  promtool(["check", "metrics"], body);
  const prometheus = await Prometheus.start(scope, await Promise.all(nodes.map(metrics_address)));
  const client = await PusherWs.open(scope, nodes[0]);
  await client.subscribe("orders");
  const work = async () => {
    await post(nodes[0], { name: "e", channels: ["orders"], data: "x" });
    await (await WsClient.open(scope, nodes[1].url("/app/nobody?protocol=7"))).closed;
  };
  for (const query of board_queries()) {
    const { data } = await wait_until(`there is data for ${query}`, DEADLINE_MS, async () => {
      await work();
      const answer = await prometheus.query(query);
      assert.equal(answer.status, "success", `${query}: ${answer.error}`);
      return answer.data.result.length > 0 && answer;
    });
    assert.ok(data.result.length >= 1);
  }
  for (const query of rule_queries()) {
    const answer = await prometheus.query(query);
    assert.equal(answer.status, "success", `${query}: ${answer.error}`);
    for (const [name] of query.matchAll(/belfry_\w+/g)) assert.ok(body.includes(`\n${name}`), `${name} exists`);
  }
  const { data } = await prometheus.get("/api/v1/rules");
  assert.deepEqual(data.groups.flatMap(({ rules }) => rules).filter(({ health }) => health === "err"), []);
  const up = await prometheus.query('up{job="belfry"}');
  return assert.deepEqual(up.data.result.map(({ value }) => value[1]), ["1", "1"]);
});
