import { type Heard, post } from "./post.ts";
import type { Replica } from "./replica.ts";

const PATIENCE_MS = 120_000;

/** Asks one gateway. @throws Error if it does not answer. */
async function ask<T>(replica: Replica, document: string): Promise<T> {
  const { url } = replica;
  const heard: Heard<T> =
    url === undefined ? { kind: "nothing", why: "it is dead" } : await post<T>(url, document, {}, PATIENCE_MS);
  if (heard.kind === "nothing") throw new Error(`${replica.name} does not answer: ${heard.why}`);
  return heard.data;
}

/** Scans every source from its beginning to its end. */
export async function scanAll(replica: Replica): Promise<void> {
  const document = "mutation { scan(input: { wait: true }) { reports { complete error { code message } } } }";
  type Scanned = { scan: { reports: { complete: boolean; error: { message: string } | null }[] } };
  const { reports } = (await ask<Scanned>(replica, document)).scan;
  const failed = reports.find((it) => !it.complete);
  if (failed || reports.length === 0) throw new Error(`A scan is not complete: ${JSON.stringify(failed)}`);
}

/** Looks at everything anew; whether no work is left. */
export async function reconcileAll(replica: Replica): Promise<boolean> {
  const document = "mutation { reconcile(input: { wait: true }) { settled } }";
  return (await ask<{ reconcile: { settled: boolean } }>(replica, document)).reconcile.settled;
}

/** How many assets have something on its way or in doubt, by what the gateway knows. */
export async function countOutOfSync(replica: Replica): Promise<number> {
  const document = `{ assets(first: 500, filter: { state: [ACTIVE] }) { nodes { name status } } }`;
  type Listed = { assets: { nodes: readonly { status: string }[] } };
  const { nodes } = (await ask<Listed>(replica, document)).assets;
  return nodes.filter((it) => it.status !== "IN_SYNC").length;
}

/** Every drift that stands, in words. */
export async function openDrift(replica: Replica): Promise<readonly string[]> {
  const document = `{ drift(first: 100) { nodes {
    kind field state base wanted found asset { name } source { name } } } }`;
  type Found = { drift: { nodes: readonly { kind: string; field: string; asset: { name: string } }[] } };
  return (await ask<Found>(replica, document)).drift.nodes.map((it) => JSON.stringify(it));
}

/** The position of the newest entry of the log. */
export async function headOf(replica: Replica): Promise<number> {
  const document = "{ changes(last: 1) { nodes { id } } }";
  const [node] = (await ask<{ changes: { nodes: { id: string }[] } }>(replica, document)).changes.nodes;
  return Number(node?.id.split(":")[1] ?? 0);
}

/** What /health/ready says: its status, or why there is no answer. */
export async function readinessOf(replica: Replica): Promise<string> {
  if (replica.url === undefined) return "dead";
  try {
    const response = await fetch(replica.url.replace("/graphql", "/health/ready"), {
      signal: AbortSignal.timeout(5_000),
    });
    return ((await response.json()) as { status: string }).status;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
