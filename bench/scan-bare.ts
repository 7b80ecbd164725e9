import { Agent } from "undici";
import { peakMemory, processorMs, tell } from "./child.ts";

/**
 * What a scan is measured against: a client that fetches the same addresses, as many at a time, and does nothing with
 * what it gets but to find the next addresses. Arguments: the catalog's address, requests at a time.
 */
const [origin = "", concurrency = ""] = process.argv.slice(2);
const limit = Number(concurrency);
const agent = new Agent({ connections: limit });
const jobs: (() => Promise<void>)[] = [];
let requests = 0;
let bytes = 0;

async function get(path: string): Promise<string> {
  requests += 1;
  const { body, statusCode } = await agent.request({ origin, path, method: "GET" });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
  bytes += text.length;
  return text;
}

interface Listing {
  readonly namespaces?: readonly (readonly string[])[];
  readonly identifiers?: readonly { readonly name: string }[];
  readonly "next-page-token"?: string | null;
}

async function list(path: string, query: string, use: (page: Listing) => void, pageToken = ""): Promise<void> {
  const page = JSON.parse(await get(`${path}?pageToken=${pageToken}&pageSize=1000${query}`)) as Listing;
  const next = page["next-page-token"];
  if (next) jobs.push(() => list(path, query, use, encodeURIComponent(next)));
  use(page);
}

const ROOT = "/v1/namespaces";

function listNamespaces(parent: string): Promise<void> {
  return list(ROOT, parent === "" ? "" : `&parent=${parent}`, ({ namespaces = [] }) => {
    for (const it of namespaces) jobs.push(() => loadNamespace(it.map(encodeURIComponent).join("%1F")));
  });
}

async function loadNamespace(name: string): Promise<void> {
  const path = `${ROOT}/${name}`;
  await get(path);
  jobs.push(() => listNamespaces(name));
  for (const [kind, query] of [
    ["views", ""],
    ["tables", "?snapshots=refs"],
  ] as const) {
    const load = ({ identifiers = [] }: Listing): void => {
      for (const it of identifiers)
        jobs.push(async () => void (await get(`${path}/${kind}/${encodeURIComponent(it.name)}${query}`)));
    };
    jobs.push(() => list(`${path}/${kind}`, "", load));
  }
}

let running = 0;
const done = Promise.withResolvers<void>();

function fill(): void {
  for (let job = jobs.pop(); job; job = jobs.pop()) {
    running += 1;
    job().then(() => {
      running -= 1;
      if (running === 0 && jobs.length === 0) done.resolve();
      else fill();
    }, done.reject);
    if (running === limit) return;
  }
}

const before = processorMs();
const began = performance.now();
await get("/v1/config");
jobs.push(() => listNamespaces(""));
fill();
await done.promise;
tell({ ms: performance.now() - began, cpuMs: processorMs() - before, requests, bytes, peakMb: peakMemory() });
await agent.destroy();
