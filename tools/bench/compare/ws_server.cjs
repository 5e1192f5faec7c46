// A broadcast server on the npm package `ws`: node ws_server.cjs PACKAGE PORT. What comes at /pub goes to everybody else.
const { WebSocketServer } = require(process.argv[2]);
const subscribers = new Set();
new WebSocketServer({ port: Number(process.argv[3]), host: "127.0.0.1", perMessageDeflate: false, backlog: 4096 })
  .on("connection", (socket, request) => {
    socket.on("error", () => {});
    if (request.url === "/pub")
      return socket.on("message", (message) => {
        for (const subscriber of subscribers) subscriber.send(message, { binary: false });
      });
    subscribers.add(socket);
    socket.on("close", () => subscribers.delete(socket));
  });
