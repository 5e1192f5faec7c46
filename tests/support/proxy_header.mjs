// What a proxy says in front of a connection (the PROXY protocol), as text of one byte a character.

const SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
const text_of = (bytes) => Buffer.from(bytes).toString("latin1");
const number = (value) => text_of([value >> 8, value & 0xff]);
const v4 = (address) => text_of(address.split(".").map(Number));

export function proxy_v1(client) {
  const family = client.includes(":") ? "TCP6 " + client + " ::1" : `TCP4 ${client} 10.0.0.1`;
  return `PROXY ${family} 56324 443\r\n`;
}

// `command` 0x20: LOCAL, 0x21: PROXY; `family` 0x11: TCP over IPv4.
export function proxy_v2(payload, { command = 0x21, family = 0x11 } = {}) {
  return SIGNATURE + text_of([command, family]) + number(payload.length) + payload;
}

export const v2_addresses = (client) => v4(client) + v4("10.0.0.1") + number(56324) + number(443);
export const v2_field = (type, value) => text_of([type]) + number(value.length) + value;
