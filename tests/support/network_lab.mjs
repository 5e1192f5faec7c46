// Machines for tests: network namespaces on one switch, each with an address of its own. All of it lies in a network
// namespace that the test's process has to itself, so that nothing outside is touched and everything is gone when the
// processes are. Clients of the test connect from any of its own addresses.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { Child } from "./child.mjs";
import { wait_until } from "./wait_until.mjs";

const INSIDE = "BELFRY_NETWORK_LAB";
const DEADLINE_MS = 20_000;
let machines = 0; // of all labs: those of one that has ended may still be there for a moment

// Runs the tests that `define` declares, in a process of its own namespace. They all pass, or this one test fails with
// what they said. Where namespaces are not to be had, it is skipped and says so.
export function lab_tests(url, sentence, define) {
  if (process.env[INSIDE]) return define();
  return test(sentence, (t) => {
    const { NODE_TEST_CONTEXT, ...env } = process.env; // the inner runner is nobody's child
    const tried = ["--net", "sh", "-c", "ip link add name sw0 type bridge && ip link add name ve0 type veth peer name ve1"];
    const allowed = spawnSync("unshare", tried, { encoding: "utf8" });
    if (allowed.status !== 0) return t.skip(`network namespaces need root, bridges and veth: ${allowed.stderr}`);
    const words = ["--net", process.execPath, "--test", "--test-reporter=spec", fileURLToPath(url)];
    const run = spawnSync("unshare", words, { env: { ...env, [INSIDE]: "1" }, encoding: "utf8" });
    t.diagnostic(run.stdout);
    return assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
  });
}

function ip(...words) {
  const { status, stderr } = spawnSync("ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`);
}

export class NetworkLab {
  #scope;

  // One a test. The switch has 10.77.0.1.
  constructor(scope) {
    this.#scope = scope;
    ip("link", "set", "lo", "up");
    // Without an address of its own a bridge takes the lowest of its ports, another one when a machine is added.
    ip("link", "add", "switch", "address", "02:00:00:00:00:01", "type", "bridge");
    ip("addr", "add", "10.77.0.1/16", "dev", "switch");
    ip("link", "set", "switch", "up");
    scope.defer(() => ip("link", "del", "switch"));
  }

  // Addresses from which the test's own clients connect.
  client_addresses(count) {
    assert.ok(count < 250);
    const addresses = Array.from({ length: count }, (_, i) => `10.77.1.${i + 1}`);
    for (const address of addresses) ip("addr", "add", `${address}/16`, "dev", "switch");
    return addresses;
  }

  // {address, enter}: `enter` are the words in front of a command that runs it there.
  async machine(address) {
    const anchor = new Child("unshare", ["--net", "sleep", "infinity"]);
    this.#scope.defer(() => anchor.dispose());
    const number = ++machines;
    const enter = ["nsenter", `--target=${anchor.pid}`, "--net"];
    const inside = (...words) => spawnSync(enter[0], [...enter.slice(1), "ip", ...words]).status === 0;
    await wait_until("the machine has a network of its own", DEADLINE_MS, () => anchor.process.pid && is_apart(anchor.pid));
    ip("link", "add", `port${number}`, "type", "veth", "peer", "name", "eth0", "netns", `${anchor.pid}`);
    ip("link", "set", `port${number}`, "master", "switch", "up");
    for (const words of [["link", "set", "lo", "up"], ["addr", "add", `${address}/16`, "dev", "eth0"], ["link", "set", "eth0", "up"]])
      assert.ok(inside(...words), words.join(" "));
    return { address, enter };
  }
}

function is_apart(pid) {
  const name_of = (id) => spawnSync("readlink", [`/proc/${id}/ns/net`], { encoding: "utf8" }).stdout;
  return name_of(pid) !== name_of(process.pid);
}
