// Headless Chromium with a profile of its own. It reaches loopback addresses only. A failed test's message has what its
// pages wrote to their consoles.
import { Child } from "./child.mjs";
import { DevTools } from "./devtools.mjs";
import { make_temp_dir } from "./temp_dir.mjs";
import { wait_until } from "./wait_until.mjs";

const START_DEADLINE_MS = 60_000;
const PAGE_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 20_000;

// Without the sandbox, since containers and root have none to offer; every page that is loaded is the tests' own.
const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-extensions", "--no-first-run", "--no-default-browser-check",
  "--remote-debugging-port=0", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
];

export class Browser {
  static async start(scope) {
    const home = make_temp_dir(scope);
    const child = new Child("chromium", [...FLAGS, `--user-data-dir=${home}`, "about:blank"],
      { home, cwd: home, env: { HOME: home, TMPDIR: home } });
    scope.defer(() => end(child));
    const [, url] = await wait_until(`Chromium says where its DevTools are: ${child.name}`, START_DEADLINE_MS, () =>
      /^DevTools listening on (ws:\S+)/m.exec(child.output) ?? fail_if_ended(child));
    const browser = new Browser(await DevTools.connect(url));
    scope.defer(() => browser.devtools.close());
    scope.show_on_failure("the pages' consoles", () => browser.console);
    return browser;
  }

  console = [];

  constructor(devtools) {
    this.devtools = devtools;
    devtools.on("Runtime.consoleAPICalled", ({ type, args }) =>
      this.console.push(`${type}: ${args.map(({ value, description }) => value ?? description).join(" ")}`));
    devtools.on("Runtime.exceptionThrown", ({ exceptionDetails }) => this.console.push(text_of(exceptionDetails)));
  }

  // A new tab, when its page has run its scripts.
  async open(url) {
    const { targetId } = await this.devtools.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.devtools.call("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this.devtools, targetId, sessionId);
    await page.load(url);
    return page;
  }
}

class Page {
  #devtools;
  #target_id;
  #session_id;

  constructor(devtools, target_id, session_id) {
    this.#devtools = devtools;
    this.#target_id = target_id;
    this.#session_id = session_id;
  }

  async load(url) {
    await this.#call("Runtime.enable");
    await this.#call("Page.navigate", { url });
    await wait_until(`${url} is loaded`, PAGE_DEADLINE_MS, () =>
      this.run((address) => location.href === address && document.readyState === "complete", url));
  }

  // Runs a function in the page and returns what it, or its promise, returns. It sees nothing of the test but `args`.
  async run(body, ...args) {
    const expression = `(${body})(...${JSON.stringify(args)})`;
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate", options);
    if (exceptionDetails) throw new Error(`in the page: ${text_of(exceptionDetails)}`);
    return result.value;
  }

  waits_until(sentence, condition, ...args) {
    return wait_until(sentence, PAGE_DEADLINE_MS, () => this.run(condition, ...args));
  }

  // As a person closes a tab.
  close() {
    return this.#devtools.call("Target.closeTarget", { targetId: this.#target_id });
  }

  #call(method, params) {
    return this.#devtools.call(method, params, this.#session_id);
  }
}

function text_of({ text, exception }) {
  return `${text} ${exception?.description ?? JSON.stringify(exception?.value) ?? ""}`;
}

// Its profile can be removed only when nobody writes there any more.
async function end(child) {
  child.dispose();
  await wait_until("Chromium has ended", END_DEADLINE_MS, () => child.family().length === 0);
}

function fail_if_ended(child) {
  if (child.exited) throw new Error(`it has ended: ${child.last_lines().join("\n")}`);
  return false;
}
