// A configuration file with one [[app]], the one that tests use, and what a test adds to it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { APP } from "./pusher.mjs";
import { make_temp_dir } from "./temp_dir.mjs";

// The flag that makes `belfry serve` read it. `app` are keys of the app, `more` further lines of the file in front.
export function app_file(scope, app = {}, more = "") {
  const path = join(make_temp_dir(scope), "belfry.toml");
  write_app(path, app, more);
  return `--config=${path}`;
}

export function write_app(path, app = {}, more = "") {
  const keys = Object.entries({ ...APP, ...app }).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  writeFileSync(path, [more, "[[app]]", ...keys, ""].join("\n"));
}
