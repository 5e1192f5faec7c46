// Prints medians of the results of tools/bench-compare: node table.cjs FILE, a line a run: case, server, JSON of `belfry bench`.
const rows = require("fs").readFileSync(process.argv[2], "utf8").trimEnd().split("\n").map((line) => {
  const [name, server, json] = line.split("\t");
  return { name, server, result: JSON.parse(json) };
});
const median = (values) => {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known.length === 0 ? undefined : known[Math.floor((known.length - 1) / 2)];
};
const sum = (values) => values.reduce((all, value) => all + (value ?? 0), 0);
const shown = (value) => value === undefined ? "-" : value >= 1000 ? Math.round(value).toLocaleString("en") : `${Number(value.toPrecision(3))}`;
const CPU = (r) => r.server?.cpu_us_per_delivery ?? r.server?.cpu_us_per_connection;
const FAULTS = (r) => sum([r.connections.failed, r.connections.lost, r.deliveries?.lost, r.deliveries?.duplicate,
  r.deliveries?.out_of_order, r.deliveries?.stray, r.messages?.refused]);
const BYTES = (r) => r.server?.pss_bytes_per_connection;
const COLUMNS = {
  connect: { "CPU us each": CPU, "generator us": (r) => r.generator?.cpu_us_per_connection,
    "a second": (r) => r.connections.opened_per_s, "bytes each": BYTES,
    "p50 ms": (r) => (r.handshake_ms?.subscribed ?? r.handshake_ms?.established)?.p50,
    "p99 ms": (r) => (r.handshake_ms?.subscribed ?? r.handshake_ms?.established)?.p99 },
  fanout: { "CPU us each": CPU, "generator us": (r) => r.generator?.cpu_us_per_delivery,
    "a second": (r) => r.deliveries.per_s, "p50 ms": (r) => r.latency_ms?.p50, "p99 ms": (r) => r.latency_ms?.p99, "max ms": (r) => r.latency_ms?.max },
};
COLUMNS.latency = COLUMNS["across nodes"] = COLUMNS.fanout;
for (const name of new Set(rows.map((row) => row.name))) {
  const columns = COLUMNS[name.split(",")[0]];
  const servers = [...new Set(rows.map((row) => row.server))];
  const of = (server) => rows.filter((row) => row.name === name && row.server === server).map((row) => row.result);
  const base = servers.find((server) => server.startsWith("floor")) ?? servers[0];
  const cpu = (server) => median(of(server).map(CPU));
  const lines = [["server", ...Object.keys(columns), `x ${base}`, "faults"]];
  for (const server of servers) {
    const all = (column) => (column === BYTES ? of(server).slice(0, 1) : of(server)).map(column);
    const cells = Object.values(columns).map((column) => shown(median(all(column))));
    const ratio = cpu(server) === undefined || !cpu(base) ? "-" : (cpu(server) / cpu(base)).toFixed(2);
    lines.push([server, ...cells, ratio, `${sum(of(server).map(FAULTS))}`]);
  }
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  console.log(`\n${name}`);
  for (const line of lines)
    console.log("  " + line.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  "));
}
