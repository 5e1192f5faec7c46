// What a node tells Prometheus.
import http from "node:http";

export async function metrics_address(cluster) {
  return (await cluster.status()).metrics.listen;
}

// {status, headers, body} of a request to the node's metrics.
export async function request_metrics(cluster, { method = "GET", path = "/metrics" } = {}) {
  const [host, port] = (await metrics_address(cluster)).split(":");
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    request.on("error", reject).end();
  });
}

// The values of all samples of a name whose labels are among those given, added up.
export function sum_of(text, name, labels = {}) {
  let sum = 0;
  for (const line of text.split("\n")) {
    const sample = /^([a-zA-Z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (sample?.[1] !== name) continue;
    const has = Object.fromEntries([...(sample[2] ?? "").matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
    if (Object.entries(labels).every(([key, value]) => has[key] === value)) sum += Number(sample[3]);
  }
  return sum;
}
