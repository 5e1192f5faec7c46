// N clients of a node that come back whenever they are closed, as those of Pusher do. Says "all N are there" once, then
// watches; at SIGTERM waits until all are there again and says how many were open at the worst moment.
import WebSocket from "../../tests/node_modules/ws/wrapper.mjs";

const [url, count] = [process.argv[2], Number(process.argv[3])];
const DEADLINE_MS = 60_000;
let open = 0;
let fewest = count;
let closed = 0;

function connect() {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let is_open = false;
  socket.on("open", () => {
    is_open = true;
    open++;
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    if (is_open) {
      open--;
      closed++;
    }
    fewest = Math.min(fewest, open);
    setTimeout(connect, is_open ? 0 : 200);
  });
}

async function all_there() {
  const deadline = performance.now() + DEADLINE_MS;
  while (open < count) {
    if (performance.now() > deadline) throw new Error(`only ${open} of ${count} clients are there`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

for (let n = 0; n < count; ++n) connect();
await all_there();
fewest = count;
console.log(`all ${count} are there`);
await new Promise((resolve) => process.on("SIGTERM", resolve));
await all_there();
console.log(`all ${count} are there again; ${closed} were closed, ${fewest} were open at the worst moment`);
process.exit(closed >= count && fewest > 0 ? 0 : 1);
