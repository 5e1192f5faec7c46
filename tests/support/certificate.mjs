// Certificates that nobody has signed, made on the spot; clients take each as their only authority.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { make_temp_dir } from "./temp_dir.mjs";

// In `directory`, valid for localhost and 127.0.0.1: paths of the certificate, of its key, and of a file with both.
export function make_certificate(scope, { directory = make_temp_dir(scope), days = 2, subject = "localhost" } = {}) {
  const [certificate, key, both] = ["certificate.pem", "key.pem", "both.pem"].map((name) => join(directory, name));
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
    "-out", certificate, "-days", `${days}`, "-subj", `/CN=${subject}`,
    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], { stdio: "ignore" });
  const pem = readFileSync(certificate);
  writeFileSync(both, Buffer.concat([pem, readFileSync(key)]));
  return { certificate, key, both, pem };
}
