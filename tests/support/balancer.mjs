// A TCP load balancer in front of nodes: a connection goes to the first node, in the given order, that takes it.
import net from "node:net";

export class Balancer {
  static async start(scope, nodes) {
    const balancer = new Balancer(nodes.map((node) => node.port));
    await new Promise((resolve) => balancer.#server.listen(0, "127.0.0.1", resolve));
    scope.defer(() => {
      balancer.#server.close();
      for (const socket of balancer.#sockets) socket.destroy();
    });
    return balancer;
  }

  #ports;
  #sockets = new Set();
  #server = net.createServer((client) => this.#connect(this.#keep(client), [...this.#ports]));

  constructor(ports) {
    this.#ports = ports;
  }

  get port() {
    return this.#server.address().port;
  }

  #keep(socket) {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => socket.destroy());
    return socket;
  }

  #connect(client, [port, ...others]) {
    if (port === undefined) return client.destroy();
    const node = this.#keep(net.connect(port, "127.0.0.1"));
    const next = () => this.#connect(client, others);
    node.once("error", next).once("connect", () => {
      node.off("error", next).on("close", () => client.destroy());
      client.on("close", () => node.destroy());
      client.pipe(node).pipe(client);
    });
    return undefined;
  }
}
