import { badRequest } from "./catalog-error.ts";
import type { Int64, SnapshotReference, TableMetadata } from "./metadata.ts";
import type { Action, Updates } from "./table-draft.ts";

/** The updates of a writer of data. The sandbox keeps what it is told of snapshots, and never looks for the files. */
export const SNAPSHOT_UPDATES: Updates<Extract<Action, `${string}snapshot${string}` | `${string}statistics`>> = {
  "add-snapshot": ({ metadata }, { snapshot }) => {
    const id = snapshot["snapshot-id"];
    const sequence = snapshot["sequence-number"] ?? 0;
    if (metadata.snapshots.some((it) => it["snapshot-id"] === id))
      throw badRequest(`Snapshot already exists for id: ${id}`);
    if (
      metadata["format-version"] > 1 &&
      sequence <= metadata["last-sequence-number"] &&
      snapshot["parent-snapshot-id"]
    ) {
      const last = metadata["last-sequence-number"];
      throw badRequest(`Cannot add snapshot with sequence number ${sequence} older than last sequence number ${last}`);
    }
    return {
      snapshots: [...metadata.snapshots, snapshot],
      "last-sequence-number": Math.max(metadata["last-sequence-number"], sequence),
      ...(metadata["next-row-id"] === undefined
        ? {}
        : { "next-row-id": metadata["next-row-id"] + (snapshot["added-rows"] ?? 0) }),
    };
  },
  "set-snapshot-ref": ({ metadata, now }, { action: _action, "ref-name": name, ...reference }) => {
    const id = reference["snapshot-id"];
    const snapshot = metadata.snapshots.find((it) => it["snapshot-id"] === id);
    if (!snapshot) throw badRequest(`Cannot set ${name} to unknown snapshot: ${id}`);
    const refs = { ...metadata.refs, [name]: reference as SnapshotReference };
    if (name !== "main" || metadata["current-snapshot-id"] === id) return { refs };
    const entry = { "timestamp-ms": Math.max(now, snapshot["timestamp-ms"]), "snapshot-id": id };
    return { refs, "current-snapshot-id": id, "snapshot-log": [...metadata["snapshot-log"], entry] };
  },
  "remove-snapshot-ref": ({ metadata }, update) => keepRefs(metadata, (name) => name !== update["ref-name"]),
  "remove-snapshots": ({ metadata }, update) => {
    const gone = new Set<Int64>(update["snapshot-ids"]);
    return {
      ...keepRefs(metadata, (_name, it) => !gone.has(it["snapshot-id"])),
      snapshots: metadata.snapshots.filter((it) => !gone.has(it["snapshot-id"])),
      "snapshot-log": metadata["snapshot-log"].filter((it) => !gone.has(it["snapshot-id"])),
    };
  },
  "set-statistics": ({ metadata }, { statistics }) => ({
    statistics: [...without(metadata.statistics, statistics["snapshot-id"]), statistics],
  }),
  "remove-statistics": ({ metadata }, update) => ({ statistics: without(metadata.statistics, update["snapshot-id"]) }),
  "set-partition-statistics": ({ metadata }, { "partition-statistics": file }) => ({
    "partition-statistics": [...without(metadata["partition-statistics"], file["snapshot-id"]), file],
  }),
  "remove-partition-statistics": ({ metadata }, update) => ({
    "partition-statistics": without(metadata["partition-statistics"], update["snapshot-id"]),
  }),
};

/** The metadata that `snapshots=refs` asks for: only the snapshots that a branch or tag names. */
export function withReferencedSnapshots(metadata: TableMetadata): TableMetadata {
  const named = new Set<Int64>(Object.values(metadata.refs).map((it) => it["snapshot-id"]));
  return { ...metadata, snapshots: metadata.snapshots.filter((it) => named.has(it["snapshot-id"])) };
}

function keepRefs(
  metadata: TableMetadata,
  keep: (name: string, reference: SnapshotReference) => boolean,
): Partial<TableMetadata> {
  const refs = Object.fromEntries(Object.entries(metadata.refs).filter(([name, it]) => keep(name, it)));
  if (refs["main"] || metadata["current-snapshot-id"] === undefined) return { refs };
  return { refs, "current-snapshot-id": undefined };
}

function without<T extends { readonly "snapshot-id": Int64 }>(files: readonly T[], id: Int64): T[] {
  return files.filter((it) => it["snapshot-id"] !== id);
}
