// A web application as small as it can be: one page with the clients' own browser builds, and the two endpoints at which
// a back end signs channels and users. Everything comes from 127.0.0.1.
import { readFileSync } from "node:fs";
import http from "node:http";

import { make_sdk } from "./pusher.mjs";

const FILES = {
  "/": ["text/html", "../browser/page.html"],
  "/page.js": ["text/javascript", "../browser/page.js"],
  "/pusher.js": ["text/javascript", "../node_modules/pusher-js/dist/web/pusher-with-encryption.js"],
  "/echo.js": ["text/javascript", "../node_modules/laravel-echo/dist/echo.iife.js"],
  "/instance.html": ["text/html", "../../tools/instance.html"],
};

export class PageServer {
  // `user` is who is logged in; `signer` is any node: signing needs the app's secret only.
  static async start(scope, signer, { user } = {}) {
    const server = new PageServer(make_sdk(signer), user);
    await new Promise((resolve) => server.#http.listen(0, "127.0.0.1", resolve));
    scope.defer(() => server.#http.closeAllConnections());
    scope.defer(() => server.#http.close());
    return server;
  }

  signed = []; // what was signed, in order
  #http = http.createServer((request, response) => this.#answer(request, response));
  #sdk;
  #user;

  constructor(sdk, user) {
    this.#sdk = sdk;
    this.#user = user;
  }

  get port() {
    return this.#http.address().port;
  }

  origin(host = "127.0.0.1") {
    return `http://${host}:${this.port}`;
  }

  async #answer(request, response) {
    const file = FILES[new URL(request.url, "http://any").pathname];
    if (file) return send(response, 200, `${file[0]}; charset=utf-8`, readFileSync(new URL(file[1], import.meta.url)));
    if (request.method !== "POST") return send(response, 404, "text/plain", "");
    const form = new URLSearchParams(await body_of(request));
    return send(response, 200, "application/json", JSON.stringify(this.#sign(request.url, form)));
  }

  #sign(path, form) {
    const [socket_id, channel] = [form.get("socket_id"), form.get("channel_name")];
    this.signed.push(channel ?? "the user");
    if (path === "/broadcasting/user-auth") return this.#sdk.authenticateUser(socket_id, this.#user);
    return this.#sdk.authorizeChannel(socket_id, channel);
  }
}

function send(response, status, type, body) {
  response.writeHead(status, { "content-type": type }).end(body);
}

async function body_of(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
