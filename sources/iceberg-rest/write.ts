import type { SourceError, SourceWrite, WriteResult } from "../../src/ports/source.ts";
import type { IcebergClient } from "./client.ts";
import { commit } from "./commit.ts";
import { RequestFailure } from "./failure.ts";
import { type Loaded, load } from "./load.ts";
import { holds, planWrite } from "./plan-write.ts";
import type { Session } from "./session.ts";

/** Times that a commit is tried again after another writer was faster. */
const MAX_CONFLICTS = 4;

/**
 * Reads, compares, commits, reads back. Iceberg has no compare-and-set on properties: an edit between the read and the commit
 * that touches the same property is overwritten; one that touches the schema or swaps the table is noticed.
 *
 * @throws what `signal` aborts with, if it does.
 */
export async function writeFields(
  client: IcebergClient,
  session: Session,
  write: SourceWrite,
  signal: AbortSignal,
): Promise<WriteResult> {
  for (let attempt = 0; ; attempt++) {
    const found = await loadCurrent(client, session, write, signal);
    if (found.kind !== "loaded") return found;
    const { loaded } = found;
    const planned = planWrite(write, loaded, session.capabilities);
    if (planned.kind === "rejected") return planned;
    if (planned.kind === "done") return { kind: "applied", snapshot: loaded.snapshot };
    if (planned.kind === "stale") return { kind: "stale", snapshot: loaded.snapshot };
    const target = { ref: write.ref, loaded, intent: write.intent, attempt };
    const outcome = await commit(client, session, target, planned.plan, signal);
    switch (outcome.kind) {
      case "committed":
        return readBack(client, session, write, undefined, signal);
      case "unknown":
        return readBack(client, session, write, outcome.error, signal);
      case "conflict":
        if (attempt < MAX_CONFLICTS) continue;
        return { kind: "failed", error: outcome.error };
      default:
        return outcome;
    }
  }
}

type Found =
  | { readonly kind: "loaded"; readonly loaded: Loaded }
  | Extract<WriteResult, { kind: "missing" | "failed" }>;

async function loadCurrent(
  client: IcebergClient,
  session: Session,
  write: SourceWrite,
  signal: AbortSignal,
): Promise<Found> {
  try {
    const loaded = await load(client, session, write.ref, { lane: "work", exact: true }, signal);
    if (typeof loaded === "string") return { kind: "missing" };
    // Another asset under the same name: not the one that was meant.
    const { stableId } = write.ref;
    return stableId !== null && loaded.snapshot.ref.stableId !== stableId
      ? { kind: "missing" }
      : { kind: "loaded", loaded };
  } catch (thrown) {
    if (thrown instanceof RequestFailure) return { kind: "failed", error: thrown.error };
    throw thrown;
  }
}

/** Settles a commit by one read. `doubt`: why it is not known whether the server acted; undefined if it said that it did. */
async function readBack(
  client: IcebergClient,
  session: Session,
  write: SourceWrite,
  doubt: SourceError | undefined,
  signal: AbortSignal,
): Promise<WriteResult> {
  const found = await loadCurrent(client, session, write, signal);
  if (found.kind === "loaded" && (!doubt || holds(found.loaded.snapshot.fields, write.fields))) {
    return { kind: "applied", snapshot: found.loaded.snapshot };
  }
  if (found.kind === "missing") return found;
  // Old values prove nothing: the server may still be at it.
  return { kind: "unknown", error: doubt ?? (found.kind === "failed" ? found.error : unreadable) };
}

const unreadable: SourceError = {
  code: "server",
  message: "The server took the write, but it could not be read back.",
};
