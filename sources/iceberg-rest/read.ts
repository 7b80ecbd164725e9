import { bulkhead } from "cockatiel";
import type { NativeRef } from "../../src/domain/asset.ts";
import type { ReadResult } from "../../src/ports/source.ts";
import type { IcebergClient } from "./client.ts";
import { RequestFailure } from "./failure.ts";
import { load } from "./load.ts";
import type { Session } from "./session.ts";

/** Reads each ref by its name, `concurrency` at a time, so that a long list does not crowd out other requests. */
export async function readAll(
  client: IcebergClient,
  session: Session,
  refs: readonly NativeRef[],
  concurrency: number,
  signal: AbortSignal,
): Promise<readonly ReadResult[]> {
  const lanes = bulkhead(concurrency, refs.length);
  return Promise.all(refs.map((ref) => lanes.execute(() => readOne(client, session, ref, signal))));
}

async function readOne(
  client: IcebergClient,
  session: Session,
  ref: NativeRef,
  signal: AbortSignal,
): Promise<ReadResult> {
  try {
    const loaded = await load(client, session, ref, { lane: "work" }, signal);
    if (typeof loaded === "string") return { kind: "missing" };
    return toReadResult(ref, loaded.snapshot);
  } catch (thrown) {
    if (thrown instanceof RequestFailure) return { kind: "failed", error: thrown.error };
    throw thrown;
  }
}

/** Identity follows the stable id: another one under the same name is another asset. */
function toReadResult(ref: NativeRef, snapshot: Extract<ReadResult, { kind: "found" }>["snapshot"]): ReadResult {
  const replaced = ref.stableId !== null && snapshot.ref.stableId !== ref.stableId;
  return replaced ? { kind: "missing", replacedBy: snapshot } : { kind: "found", snapshot };
}
