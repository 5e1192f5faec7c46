// A private redis-server (or valkey-server) without persistence, on a Unix socket or on a free port. It can be killed,
// frozen and started again on the same address. Clusters of a test that share one are "nodes on one Redis".
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { Child } from "./child.mjs";
import { free_port } from "./free_port.mjs";
import { RespClient } from "./resp_client.mjs";
import { make_temp_dir } from "./temp_dir.mjs";
import { wait_until } from "./wait_until.mjs";

const START_DEADLINE_MS = 20_000;
const PROGRAM = ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

export class Redis {
  static async start(scope, { tcp = false, password = "" } = {}) {
    const redis = new Redis(scope, tcp ? await free_port() : 0, password);
    await redis.start();
    return redis;
  }

  #scope;
  #child;
  #clients = [];

  constructor(scope, port, password) {
    this.#scope = scope;
    this.port = port;
    this.password = password;
    this.directory = make_temp_dir(scope);
    this.socket_path = join(this.directory, "redis.sock");
    scope.defer(() => this.#child?.dispose());
    scope.show_on_failure("redis-server", () => this.#child?.last_lines() ?? []);
  }

  // The address without credentials, as redis.url wants it.
  get url() {
    return this.port ? `redis://127.0.0.1:${this.port}` : `unix://${this.socket_path}`;
  }

  get url_with_password() {
    return `redis://:${encodeURIComponent(this.password)}@127.0.0.1:${this.port}`;
  }

  async start() {
    const settings = ["--port", `${this.port}`, "--unixsocket", this.socket_path];
    settings.push("--dir", this.directory, "--save", "");
    if (this.port) settings.push("--bind", "127.0.0.1");
    if (this.password) settings.push("--requirepass", this.password);
    this.#child = new Child(PROGRAM, settings);
    await wait_until("redis-server answers", START_DEADLINE_MS, async () => {
      const client = await this.#connect();
      const answer = await client.command("PING");
      client.close();
      return answer === "PONG";
    });
  }

  // As by a crash: connections are reset, everything stored is gone.
  async kill() {
    this.#child.kill("SIGKILL");
    await this.#child.exit;
    this.#child.dispose();
  }

  freeze() {
    this.#child.kill("SIGSTOP");
  }

  thaw() {
    this.#child.kill("SIGCONT");
  }

  // A connection of its own for the test; it dies with the scope.
  async client() {
    const client = await this.#connect();
    this.#scope.defer(() => client.close());
    return client;
  }

  async publish(channel, payload) {
    const client = await this.#connect();
    const receivers = await client.command("PUBLISH", channel, payload);
    client.close();
    return receivers;
  }

  // A client whose `messages` fill with {channel, payload} of the channels.
  async subscriber(...channels) {
    const client = await this.client();
    await client.subscribe(channels);
    return client;
  }

  async #connect() {
    const client = await RespClient.connect({ path: this.socket_path });
    if (this.password) await client.command("AUTH", this.password);
    return client;
  }
}
