// A broadcast server on uWebSockets, as the runtime `bun` has it: bun uws_server.js PORT. What comes at /pub goes to
// everybody else.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    const publishes = new URL(request.url).pathname === "/pub";
    if (!server.upgrade(request, { data: { publishes } })) return new Response("WebSocket only", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open(socket) {
      if (!socket.data.publishes) socket.subscribe("all");
    },
    message(socket, message) {
      if (socket.data.publishes) server.publish("all", message);
    },
  },
});
