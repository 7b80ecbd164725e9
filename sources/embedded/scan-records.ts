import type { SourceId } from "../../src/domain/ids.ts";
import type { Scanned, ScanPage, ScanRequest } from "../../src/ports/source.ts";
import { type Db, RECORD_COLUMNS, type RecordTable } from "./database.ts";
import { recordToSnapshot, refOfRecord } from "./mapping.ts";

const PAGE = 200;

/**
 * The outermost names first, then by id, so that parents stand before what lies in them. A record that is renamed meanwhile can
 * slip past this order: those that got another name since the scan began are told once more at its end.
 */
export async function* scanRecords(
  db: Db,
  source: SourceId,
  request: ScanRequest,
  now: number,
  signal: AbortSignal,
): AsyncGenerator<ScanPage> {
  const all = (after: RecordTable | Place) =>
    db
      .selectFrom("embedded_record")
      .select(RECORD_COLUMNS)
      .where("source", "=", source)
      .where((eb) => eb(eb.refTuple("depth", "id"), ">", eb.tuple(after.depth, after.id)))
      .orderBy("depth")
      .orderBy("id")
      .limit(PAGE);
  const resumed = parseCursor(request.after);
  const startedAt = resumed?.startedAt ?? now;
  let place = resumed?.place ?? FIRST;
  for (;;) {
    signal.throwIfAborted();
    const rows = await all(place).execute();
    const last = rows.at(-1);
    if (!last) break;
    place = { depth: last.depth, id: last.id };
    yield { assets: await toScanned(rows, request), cursor: `${place.depth}:${place.id}:${startedAt}` };
  }
  place = FIRST;
  for (;;) {
    signal.throwIfAborted();
    const rows = await all(place).where("moved_at", ">=", startedAt).execute();
    const last = rows.at(-1);
    if (!last) break;
    place = { depth: last.depth, id: last.id };
    yield { assets: await toScanned(rows, request) };
  }
  yield { assets: [], end: { complete: true } };
}

interface Place {
  readonly depth: number;
  readonly id: string;
}

const FIRST: Place = { depth: 0, id: "" };

/** Where a scan goes on, and when it began first. A cursor that is none of ours begins anew: every asset is told all the same. */
function parseCursor(cursor: string | undefined): { readonly place: Place; readonly startedAt: number } | undefined {
  const found = /^(\d{1,6}):([0-9A-Z]{26}):(\d{1,15})$/.exec(cursor ?? "");
  return found
    ? { place: { depth: Number(found[1]), id: found[2] as string }, startedAt: Number(found[3]) }
    : undefined;
}

async function toScanned(rows: readonly RecordTable[], request: ScanRequest): Promise<readonly Scanned[]> {
  const refs = rows.map(refOfRecord);
  const known = (await request.knownVersions?.(refs)) ?? [];
  return rows.map((row, index): Scanned => {
    const version = String(row.version);
    const ref = refs[index];
    return ref && known[index] === version
      ? { kind: "unchanged", ref, version }
      : { kind: "found", snapshot: recordToSnapshot(row) };
  });
}
