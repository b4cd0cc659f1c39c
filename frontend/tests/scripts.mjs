// A script as a page loads it: anew each time, with nothing left over from the page before.
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const built = new Map();
let loads = 0;

/** The exports of a file of frontend/scripts, bundled as the build does it and run afresh. Call it after `page()`. */
export async function fresh(name) {
  if (!built.has(name)) {
    const entry = fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));
    built.set(name, buildSync({ entryPoints: [entry], bundle: true, format: "esm", write: false }).outputFiles[0].text);
  }
  loads += 1;
  return import(`data:text/javascript,${encodeURIComponent(`${built.get(name)}\n// load ${loads}`)}`);
}

/** A server: each request is written down, and answered by the next of `replies`, or by the last for ever. */
export function server(...replies) {
  const asked = [];
  globalThis.fetch = async (address, options = {}) => {
    const said = Object.fromEntries(options.body ?? []);
    asked.push({ address, method: options.method ?? "GET", headers: options.headers, ...said });
    const next = replies.length > 1 ? replies.shift() : replies[0];
    const reply = await (typeof next === "function" ? next(said) : next);
    if (reply === "unreachable") throw new TypeError("Failed to fetch");
    return reply;
  };
  return asked;
}

/** A reply of the server. */
export function reply(status, told = {}, headers = {}) {
  const text = typeof told === "string" ? told : JSON.stringify(told);
  return {
    status, ok: status >= 200 && status < 300, type: "basic", headers: { get: (name) => headers[name] ?? null }, text: async () => text,
  };
}

/** A reply that comes when the test says so. */
export function later() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise: () => promise, comes: resolve };
}
