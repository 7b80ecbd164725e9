import { updateSource } from "../delivery/update-source.ts";
import type { NativeRef } from "../domain/asset.ts";
import type { NewChange } from "../domain/change.ts";
import type { SourceId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { ScanReport } from "../ports/gateway.ts";
import type { SourceRecord } from "../ports/ledger.ts";
import type { Scanned, ScanPage, Source, SourceError } from "../ports/source.ts";
import { markOrphans, type Swept, sweepUnseen } from "./retire.ts";
import { underScanLease } from "./scan-lease.ts";
import { isSettled, recordPage } from "./scan-page.ts";

/** Assets recorded in one transaction: few enough that requests do not wait long, enough that it is worth it. */
const CHUNK = 200;

/**
 * Scans a source, unless another process is at it, or takes it over; then the answer is undefined.
 *
 * @param progress called with the number of assets read so far.
 * @param isWanted asked once no other process can be at it: whether it has to be scanned at all. If not, the answer is undefined.
 */
export function scanAlone(
  engine: Engine,
  source: Source,
  progress: (assets: number) => void,
  signal: AbortSignal,
  isWanted: () => Promise<boolean> = async () => true,
): Promise<ScanReport | undefined> {
  return underScanLease(engine, source.id, async (fenced) =>
    (await isWanted()) ? scanSource(fenced, source, progress, signal) : undefined,
  );
}

/**
 * Reads a whole source, page by page, and records what is new. Only a complete listing can make an asset SUSPECTED or
 * RETIRED; one that is partial, fails or is forbidden proves nothing (P9). Memory holds a few pages, whatever the size.
 *
 * @param progress called with the number of assets read so far.
 */
async function scanSource(
  engine: Engine,
  source: Source,
  progress: (assets: number) => void,
  signal: AbortSignal,
): Promise<ScanReport> {
  const began = engine.clock.now();
  const at = toTimestamp(began);
  const tally = { assets: 0, changed: 0, failed: 0 };
  engine.report("info", "scan-began", { source: source.id });
  const strangers: NativeRef[] = [];
  const listed = await readPages(engine, source, at, tally, strangers, progress, signal);
  const end = tally.assets === 0 ? await doubtEmpty(engine, source, at, listed) : listed;
  const complete = end?.complete === true;
  // What is listed under a name that nobody knows, and cannot be read, may be what is missing under another one (P9).
  const isConclusive = complete && strangers.length === 0;
  const swept: Swept = isConclusive ? await sweepUnseen(engine, source, at, signal) : { suspected: 0, retired: 0 };
  const error = end.complete ? swept.error : end.error;
  const report: ScanReport = {
    source: source.id,
    complete,
    ...tally,
    ...swept,
    ...(error ? { error } : {}),
    tookMs: engine.clock.now() - began,
  };
  if (signal.aborted) return report; // the process ends: whoever is there next scans anew
  await recordScan(engine, source.id, at, report);
  if (complete) await markOrphans(engine, source, signal);
  engine.report(error ? "warn" : "info", "scan-ended", { ...report, ...(error ? { error: error.message } : {}) });
  return report;
}

type End = { readonly complete: true } | { readonly complete: false; readonly error: SourceError };

/** A listing of nothing where something was before proves nothing, however complete it says it is (P9). */
async function doubtEmpty(engine: Engine, source: Source, at: string, end: End): Promise<End> {
  if (!end.complete) return end;
  const known = await engine.ledger.listUnseen(source.id, at, undefined, 1);
  if (known.length === 0) return end;
  const message = "the listing was empty although assets of it are known; nothing is concluded from that";
  return { complete: false, error: { code: "protocol", message } };
}

async function readPages(
  engine: Engine,
  source: Source,
  at: string,
  tally: { assets: number; changed: number; failed: number },
  strangers: NativeRef[],
  progress: (assets: number) => void,
  signal: AbortSignal,
): Promise<End> {
  const buffer: Scanned[] = [];
  // A source may read ahead: of no page is it known that its reading began any later than the scan.
  const from = await engine.ledger.head();
  const flush = async (): Promise<void> => {
    const facts = engine.sources.table().get(source.id);
    const page = buffer.splice(0, CHUNK);
    if (!facts || page.length === 0) return;
    strangers.push(...(await unknownOf(engine, source.id, page)));
    const to = await engine.ledger.head();
    tally.changed += await recordPage(engine, facts, page, { at, from, to });
    progress(tally.assets - buffer.length);
  };
  const failed = (error: SourceError): End => ({ complete: false, error });
  let end: ScanPage["end"];
  try {
    for await (const page of source.scan({ knownVersions: (refs) => knownVersions(engine, source.id, refs) }, signal)) {
      tally.assets += page.assets.length;
      tally.failed += page.assets.filter((it) => it.kind === "failed").length;
      buffer.push(...page.assets);
      end = page.end;
      while (buffer.length >= CHUNK) await flush();
    }
    await flush();
  } catch (error) {
    if (signal.aborted) return failed({ code: "timeout", message: "the scan was stopped" });
    return failed({ code: "protocol", message: `the scan broke off: ${String(error)}` });
  }
  return end ?? failed({ code: "protocol", message: "the listing ended without saying that it was complete" });
}

/** Of what is listed and could not be read, those that only a reading could tell who they are. */
async function unknownOf(engine: Engine, source: SourceId, page: readonly Scanned[]): Promise<readonly NativeRef[]> {
  const unread = page.flatMap((it) => (it.kind === "failed" && it.ref.stableId === null ? [it.ref] : []));
  const known = unread.length > 0 ? await engine.ledger.findBindings(source, unread) : [];
  return unread.filter((_, index) => known[index]?.state !== "present");
}

async function knownVersions(
  engine: Engine,
  source: SourceId,
  refs: Parameters<Engine["ledger"]["findBindings"]>[1],
): Promise<readonly (string | undefined)[]> {
  const digests = await engine.ledger.findBindings(source, refs);
  const facts = engine.sources.table().get(source);
  return digests.map((it) => (facts && it && isSettled(facts, it) ? (it.version ?? undefined) : undefined));
}

/** Only what is new is logged: that something changed, that scans began to bring errors, or that they bring none any more. */
async function recordScan(engine: Engine, source: SourceId, at: string, report: ScanReport): Promise<void> {
  const { error, ...counts } = report;
  const detail = { ...counts, ...(error ? { error: { ...error } } : {}) };
  await updateSource(engine, source, (before) => {
    const wasWell = !(isJsonObject(before.lastScan) && "error" in before.lastScan);
    const record: SourceRecord = {
      ...before,
      lastScanStartedAt: at,
      lastScanEndedAt: toTimestamp(engine.clock.now()),
      scans: (before.scans ?? 0) + 1,
      ...(report.complete ? { lastCompleteScanAt: at } : {}),
      completeScans: before.completeScans + (report.complete ? 1 : 0),
      lastScan: detail,
    };
    const found = report.changed + report.suspected + report.retired > 0;
    const isNews = (report.complete && found) || (error === undefined) !== wasWell;
    const entry: NewChange = {
      kind: report.complete ? "SCAN_COMPLETED" : "SCAN_INCOMPLETE",
      at: toTimestamp(engine.clock.now()),
      actor: { kind: "gateway", id: "concordat" },
      source,
      detail,
    };
    return { record, changes: isNews ? [entry] : [] };
  });
}
