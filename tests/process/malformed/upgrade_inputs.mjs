// Wrong upgrades to WebSocket and the statuses that RFC 6455, section 4.2, and RFC 9110 allow for each.

const FIELDS = {
  Host: "localhost",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

// A correct upgrade with some fields replaced; null leaves one out, an array repeats it.
function upgrade(changes = {}, { method = "GET", version = "HTTP/1.1", body = "" } = {}) {
  const lines = Object.entries({ ...FIELDS, ...changes }).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter((one) => one !== null).map((one) => `${name}: ${one}\r\n`));
  return `${method} /echo ${version}\r\n${lines.join("")}\r\n${body}`;
}

const row = (name, bytes, ...status) => ({ name, bytes, status });
const VERSION_13 = [/^Sec-WebSocket-Version: 13\r$/im];

export const all_upgrades = [
  row("no Upgrade", upgrade({ Upgrade: null }), 400, 426),
  row("another Upgrade", upgrade({ Upgrade: "h2c" }), 400, 426),
  row("an empty Upgrade", upgrade({ Upgrade: "" }), 400, 426),
  row("an Upgrade that only starts like websocket", upgrade({ Upgrade: "websocket2" }), 400, 426),
  row("no Connection", upgrade({ Connection: null }), 400, 426),
  row("Connection: close", upgrade({ Connection: "close" }), 400, 426),
  row("Connection: keep-alive", upgrade({ Connection: "keep-alive" }), 400, 426),
  row("Connection: upgraded", upgrade({ Connection: "upgraded" }), 400, 426),
  { ...row("no version", upgrade({ "Sec-WebSocket-Version": null }), 400, 426) },
  { ...row("version 8", upgrade({ "Sec-WebSocket-Version": "8" }), 426), fields: VERSION_13 },
  { ...row("version 0", upgrade({ "Sec-WebSocket-Version": "0" }), 426), fields: VERSION_13 },
  { ...row("version 14", upgrade({ "Sec-WebSocket-Version": "14" }), 426), fields: VERSION_13 },
  { ...row("version 130", upgrade({ "Sec-WebSocket-Version": "130" }), 426), fields: VERSION_13 },
  row("version 13x", upgrade({ "Sec-WebSocket-Version": "13x" }), 400, 426),
  row("a list of versions", upgrade({ "Sec-WebSocket-Version": "13, 8" }), 400, 426),
  row("two versions", upgrade({ "Sec-WebSocket-Version": ["13", "8"] }), 400, 426),
  row("no key", upgrade({ "Sec-WebSocket-Key": null }), 400),
  row("an empty key", upgrade({ "Sec-WebSocket-Key": "" }), 400),
  row("a key of 15 bytes", upgrade({ "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2Rl" }), 400),
  row("a key of 17 bytes", upgrade({ "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZjA=" }), 400),
  row("a key that is no base64", upgrade({ "Sec-WebSocket-Key": "!!!!!!!!!!!!!!!!!!!!!!==" }), 400),
  row("a key without padding", upgrade({ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ" }), 400),
  row("two keys", upgrade({ "Sec-WebSocket-Key": ["dGhlIHNhbXBsZSBub25jZQ==", "x3JJHMbDL1EzLkh9GBhXDw=="] }), 400),
  row("HTTP/1.0", upgrade({}, { version: "HTTP/1.0" }), 400, 426),
  row("POST", upgrade({}, { method: "POST" }), 400, 405),
  row("HEAD", upgrade({}, { method: "HEAD" }), 400, 405),
  row("no Host", upgrade({ Host: null }), 400),
  row("two Hosts", upgrade({ Host: ["a", "b"] }), 400),
  row("a body", upgrade({ "Content-Length": "4" }, { body: "abcd" }), 400, 413),
  row("a chunked body", upgrade({ "Transfer-Encoding": "chunked" }, { body: "0\r\n\r\n" }), 400, 411, 501),
  row("a plain GET", upgrade({ Upgrade: null, Connection: null }), 400, 426),
  row("a folded key", upgrade({ "Sec-WebSocket-Key": "dGhlIHNhbXBs\r\n ZSBub25jZQ==" }), 400),
];
