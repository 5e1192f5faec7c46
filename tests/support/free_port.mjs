// A TCP port of 127.0.0.1 that nobody listens on. Unless the machine has widened that range to nearly all, it lies outside
// of what the kernel takes the ports of connections from: only another call of this could take it meanwhile.
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import net from "node:net";

const LOWEST = 10_000;
const FIRST_EPHEMERAL = parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
const END = FIRST_EPHEMERAL > LOWEST + 1000 ? FIRST_EPHEMERAL : 65_536;

function is_free(port) {
  return new Promise((resolve) => {
    const server = net.createServer().on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

export async function free_port() {
  for (;;) {
    const port = randomInt(LOWEST, END);
    if (await is_free(port)) return port;
  }
}
