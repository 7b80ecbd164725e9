#!/usr/bin/env node
// Starts the command line, on a Node that can run it. Plain JavaScript of 2020, so that an old Node gets this far:
// it then hands over to the newer one that npm installed beside us, or says in one line what is needed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const OLDEST = [22, 18];
const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));

function isTooOld(version) {
  const [major, minor] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

/** The `node` in the nearest node_modules/.bin: our own in a clone, the host project's where we are a dependency. */
function installedNode() {
  for (let folder = root; ; folder = dirname(folder)) {
    const node = join(folder, "node_modules", ".bin", "node");
    if (existsSync(node)) return node;
    if (folder === dirname(folder)) return undefined;
  }
}

/** A clone runs its sources; a published package has none and runs what was built from them. */
function entryPoint() {
  const source = join(root, "src", "cli", "main.ts");
  return existsSync(source) ? source : join(root, "dist", "src", "cli", "main.js");
}

function handOver(node) {
  const env = Object.assign({}, process.env, { CONCORDAT_HANDED_OVER: "1" });
  const child = spawn(node, [self].concat(process.argv.slice(2)), { stdio: "inherit", env });
  const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => refuse(`The one at ${node} did not start: ${error.message}.`));
  child.on("exit", (code, signal) => {
    for (const it of forwarded) process.removeAllListeners(it);
    if (signal !== null) process.kill(process.pid, signal);
    else process.exitCode = code;
  });
}

function refuse(why) {
  console.error(`Concordat needs Node ${OLDEST.join(".")} or newer; this is ${process.versions.node}. ${why}`);
  process.exitCode = 2;
}

if (!isTooOld(process.versions.node)) {
  const entry = entryPoint();
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
} else {
  const node = process.env.CONCORDAT_HANDED_OVER === undefined ? installedNode() : undefined;
  if (node === undefined) refuse("Install it from https://nodejs.org, or run npm install on Linux, which brings it.");
  else handOver(node);
}
