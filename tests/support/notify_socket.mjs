// A service manager's NOTIFY_SOCKET, in a path or abstract ("@name"): every datagram that comes, as it came. Node has no
// Unix datagrams, so python listens.
import { Child } from "./child.mjs";
import { wait_until } from "./wait_until.mjs";

const LISTENER = `
import json, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1].replace("@", "\\0", 1))
print(json.dumps("listening"), flush=True)
while True:
    print(json.dumps(listener.recv(65536).decode()), flush=True)
`;

export class NotifySocket {
  static async open(scope, address) {
    const socket = new NotifySocket();
    socket.child = new Child("python3", ["-c", LISTENER, address]);
    scope.defer(() => socket.child.dispose());
    await wait_until("the notify socket is open", 10_000, () => socket.#lines().length > 0);
    return socket;
  }

  #lines() {
    return this.child.stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  // The assignments of all datagrams, in their order: "READY=1", "STATUS=...".
  get assignments() {
    return this.#lines().slice(1).flatMap((datagram) => datagram.trimEnd().split("\n"));
  }

  count(assignment) {
    return this.assignments.filter((said) => said === assignment).length;
  }

  says(pattern, deadline_ms = 40_000) {
    return wait_until(`the service manager is told ${pattern}`, deadline_ms, () =>
      this.assignments.find((said) => pattern.test(said)));
  }
}
