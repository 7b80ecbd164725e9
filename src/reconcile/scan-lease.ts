import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import { underLease } from "./under-lease.ts";

/**
 * Does what only one process at a time may do with a source, so that no listing is counted twice.
 *
 * @returns undefined if another process is at it, or has taken it over.
 */
export async function underScanLease<T>(
  engine: Engine,
  source: SourceId,
  scan: (engine: Engine) => Promise<T>,
): Promise<T | undefined> {
  const scanned = await underLease(engine, `scan:${source}`, (ledger) => scan({ ...engine, ledger }));
  if (scanned.kind === "lost") engine.report("warn", "scan-lost", { source });
  return scanned.kind === "done" ? scanned.value : undefined;
}
