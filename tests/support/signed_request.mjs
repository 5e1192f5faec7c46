// Signed requests to the HTTP API, as a back end makes them that uses no SDK.
import { createHash, createHmac } from "node:crypto";
import http from "node:http";

import { APP } from "./pusher.mjs";

export function sign(method, path, params, secret = APP.secret) {
  const query = Object.keys(params).sort().map((key) => `${key}=${params[key]}`).join("&");
  return `${query}&auth_signature=${createHmac("sha256", secret).update(`${method}\n${path}\n${query}`).digest("hex")}`;
}

export function params_for(body, overrides = {}) {
  return { auth_key: APP.key, auth_timestamp: Math.floor(Date.now() / 1000), auth_version: "1.0",
    body_md5: createHash("md5").update(body).digest("hex"), ...overrides };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

export function request(cluster, { method = "POST", path, query = "", body = "", headers = {} }) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: cluster.host ?? "127.0.0.1", port: cluster.port, method, agent, path: `${path}?${query}`,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers } }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk)).on("end", () =>
        resolve({ status: response.statusCode, body: parsed(text), headers: response.headers,
          reused: sent.reusedSocket }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

// A balancer's own errors are no JSON.
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function post(cluster, content, { path = `/apps/${APP.id}/events`, ...overrides } = {}) {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  return request(cluster, { path, body, query: sign("POST", path, params_for(body, overrides)) });
}

// The bytes of the same, for who writes them himself.
export function request_text(content) {
  const path = `/apps/${APP.id}/events`;
  const body = typeof content === "string" ? content : JSON.stringify(content);
  return `POST ${path}?${sign("POST", path, params_for(body))} HTTP/1.1\r\nHost: localhost\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

// `path` behind /apps/ID/.
export function get(cluster, path, params = {}) {
  const whole = `/apps/${APP.id}/${path}`;
  const { body_md5, ...signed } = params_for("", params);
  return request(cluster, { method: "GET", path: whole, query: sign("GET", whole, signed) });
}
