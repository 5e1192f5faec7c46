// A directory that lives as long as its scope. The path is short: a Unix socket's path may have 107 bytes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function make_temp_dir(scope) {
  const directory = mkdtempSync("/tmp/belfry-");
  scope.defer(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

// Writes a configuration file into a directory of its own and returns its path.
export function write_config(scope, text) {
  const path = join(make_temp_dir(scope), "belfry.toml");
  writeFileSync(path, text);
  return path;
}
