import { applyReadings, readOne, toMarks } from "../delivery/read-fresh.ts";
import { updateAsset } from "../delivery/update-asset.ts";
import type { NewChange } from "../domain/change.ts";
import { DRIFT_STATES } from "../domain/drift.ts";
import type { AssetId } from "../domain/ids.ts";
import type { AssetState, Binding } from "../domain/state.ts";
import { driftEntry } from "../plan/drift-changes.ts";
import type { Told } from "../plan/observe.ts";
import { bindingOf } from "../plan/source-facts.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { GuardSpend } from "../ports/guard-ledger.ts";
import type { AssetFilter, BindingDigest, Commit, DirtyMark, DriftFilter, PageRequest } from "../ports/ledger.ts";
import type { Source, SourceError } from "../ports/source.ts";
import { guardListing, retirementOf, spendRetirement, stopSweep } from "./existence-guard.ts";

export interface Swept {
  readonly suspected: number;
  readonly retired: number;
  /** Why nothing was concluded from the listing, although it was complete. */
  readonly error?: SourceError;
}

const PAGE = 500;

/**
 * After a complete scan: what it did not list has been missed once more. Each such asset is asked for once by itself, so
 * that a listing that lags condemns nobody. A listing that lacks too much for the guards condemns nobody either: a person is asked.
 *
 * @param scannedAt when the scan began (RFC 3339): bindings observed before it were not listed.
 */
export async function sweepUnseen(
  engine: Engine,
  source: Source,
  scannedAt: string,
  signal: AbortSignal,
): Promise<Swept> {
  const pages = (): AsyncGenerator<readonly BindingDigest[]> => unseenPages(engine, source, scannedAt, signal);
  const error = await guardListing(engine, source.id, pages());
  if (error) return { suspected: 0, retired: 0, error };
  const swept = { suspected: 0, retired: 0 };
  let spend: Omit<GuardSpend, "changes"> | undefined;
  for await (const page of pages()) {
    for (const digest of page) {
      if (signal.aborted) return swept;
      spend ??= await spendRetirement(engine, source.id);
      const became = await missOne(engine, source, digest, scannedAt, spend, signal);
      if (became === "guarded") return { ...swept, error: await stopSweep(engine, source.id, pages()) };
      if (became === "SUSPECTED") swept.suspected += 1;
      if (became === "RETIRED") swept.retired += 1;
    }
  }
  return swept;
}

/** What the listing lacks, as far as something can be concluded of it. */
async function* unseenPages(
  engine: Engine,
  source: Source,
  scannedAt: string,
  signal: AbortSignal,
): AsyncGenerator<readonly BindingDigest[]> {
  for (let after: AssetId | undefined; !signal.aborted; ) {
    const page = await engine.ledger.listUnseen(source.id, scannedAt, after, PAGE);
    yield page.filter(
      (it) => it.assetState === "ACTIVE" || it.state === "present" || source.capabilities.provesExistence,
    );
    after = page.at(-1)?.asset;
    if (page.length < PAGE) return;
  }
}

async function missOne(
  engine: Engine,
  source: Source,
  digest: BindingDigest,
  scannedAt: string,
  spend: Omit<GuardSpend, "changes">,
  signal: AbortSignal,
): Promise<"SUSPECTED" | "RETIRED" | "guarded" | undefined> {
  const reading = await readOne(engine, source.id, digest.ref, signal, digest.asset);
  if (reading.result.kind === "failed") return undefined;
  const step = (state: AssetState, told: Told) => {
    if (reading.result.kind === "found") {
      const observed = applyReadings(engine, state, [reading], told);
      if (!observed.isNews && observed.state === state && observed.overtaken.size === 0) return undefined;
      const dirty = toMarks(digest.asset, observed);
      return { next: observed.state, commit: { changes: observed.changes, dirty }, value: undefined };
    }
    // Seen since, perhaps under another name: then nothing was missed.
    const { from } = reading.sight;
    const isOutdated = (bindingOf(state, source.id)?.observedFrom ?? 0) > from || told(digest.asset, source.id, from);
    return isOutdated ? undefined : missStep(engine, source, state, scannedAt, spend);
  };
  const updated = await updateAsset(engine, digest.asset, step, [reading]);
  if (!updated.ok) return updated.refusal.reason === "guarded" ? "guarded" : undefined;
  return updated.value;
}

type Missed = {
  next: AssetState;
  commit: Omit<Commit, "assets">;
  value: "SUSPECTED" | "RETIRED" | undefined;
};

function missStep(
  engine: Engine,
  source: Source,
  state: AssetState,
  scannedAt: string,
  spend: Omit<GuardSpend, "changes">,
): Missed | undefined {
  const binding = bindingOf(state, source.id);
  if (!binding) return undefined;
  const now = engine.clock.now();
  const missed: Binding = { ...binding, state: "missing", misses: binding.misses + 1 };
  const bindings = state.bindings.map((it) => (it === binding ? missed : it));
  const dirty = [...engine.sources.table().values()]
    .filter((it) => !it.capabilities.provesExistence)
    .map((it) => ({ asset: state.asset.id, source: it.id, reread: false }));
  const isElsewhere = bindings.some(
    (it) => it.state === "present" && engine.sources.table().get(it.source)?.capabilities.provesExistence,
  );
  if (!source.capabilities.provesExistence || isElsewhere) {
    return binding.state === "missing"
      ? undefined
      : { next: { ...state, bindings }, commit: { changes: [], dirty }, value: undefined };
  }
  const since = state.asset.missingSince ?? toTimestamp(now);
  const { misses, graceMs } = engine.treaty.deletion;
  // A listing tells of the time when it began, however long it took: what has come into sight since is not in it.
  const missedForMs = Math.max(0, Date.parse(scannedAt) - Date.parse(since));
  const isOver = missed.misses >= misses && missedForMs >= graceMs;
  if (!isOver && state.asset.state === "SUSPECTED")
    return { next: { ...state, bindings }, commit: { changes: [], dirty: [] }, value: undefined };
  const became = isOver ? "RETIRED" : "SUSPECTED";
  const next: AssetState = {
    ...state,
    bindings,
    asset: { ...state.asset, state: became, missingSince: since, ...(isOver ? { retiredAt: toTimestamp(now) } : {}) },
  };
  const ended = isOver ? endDrifts(next, toTimestamp(now)) : { next, changes: [] };
  const retirement = retirementOf(state.asset.id, binding.observedAt);
  return {
    next: ended.next,
    commit: {
      changes: [stateEntry(engine, source, state, became), ...ended.changes],
      dirty,
      guard: { ...spend, at: now, changes: [retirement] },
      ...(isOver ? { carriedOut: [{ source: source.id, scope: "existence", ...retirement }] } : {}),
    },
    value: became,
  };
}

function stateEntry(engine: Engine, source: Source, state: AssetState, became: "SUSPECTED" | "RETIRED"): NewChange {
  return {
    kind: became === "RETIRED" ? "ASSET_RETIRED" : "ASSET_SUSPECTED",
    at: toTimestamp(engine.clock.now()),
    actor: { kind: "source", id: source.id },
    source: source.id,
    asset: state.asset.id,
    name: state.asset.name,
    before: state.asset.state,
    after: became,
    reason: "missing from a complete listing",
    rule: "deletion",
  };
}

/** What differed about an asset that is gone is no question any more. */
function endDrifts(
  state: AssetState,
  at: string,
): { readonly next: AssetState; readonly changes: readonly NewChange[] } {
  const drifts = state.drifts.map((it) => ({
    ...it,
    state: "RESOLVED" as const,
    resolvedAt: at,
    resolution: "retired",
  }));
  return {
    next: { ...state, drifts },
    changes: drifts.map((drift) => driftEntry(state, { kind: "DRIFT_RESOLVED", drift }, at)),
  };
}

/**
 * After a complete scan: assets that no source proving existence has are to be looked at in the catalogs that hold them, and
 * orphans that were told of are to be read again in the catalog that was scanned, which lists what it has, not what it lost.
 */
export async function markOrphans(engine: Engine, source: Source, signal: AbortSignal): Promise<void> {
  const table = engine.sources.table();
  const proving = [...table.values()].filter((it) => it.capabilities.provesExistence).map((it) => it.id);
  const catalogs = [...table.values()].filter((it) => !it.capabilities.provesExistence).map((it) => it.id);
  if (proving.length === 0 || catalogs.length === 0) return;
  engine.report("debug", "orphans-sought", { source: source.id });
  const unproven: AssetFilter = { sources: catalogs, states: ["ACTIVE"], not: { sources: proving } };
  await markPages(engine, signal, async (page) => {
    const { hasNext, items } = await engine.ledger.pageAssets(unproven, { by: "created", direction: "asc" }, page);
    const marks = items.flatMap(({ item }) => catalogs.map((it) => ({ asset: item, source: it, reread: false })));
    return { marks, after: hasNext ? items.at(-1)?.cursor : undefined };
  });
  const told: DriftFilter = {
    kinds: ["ORPHAN"],
    states: DRIFT_STATES.filter((it) => it !== "RESOLVED"),
    sources: [source.id],
  };
  await markPages(engine, signal, async (page) => {
    const { hasNext, items } = await engine.ledger.pageDrifts(told, page);
    const marks = items.map(({ item }) => ({ asset: item.asset, source: item.source, reread: true }));
    return { marks, after: hasNext ? items.at(-1)?.cursor : undefined };
  });
}

async function markPages(
  engine: Engine,
  signal: AbortSignal,
  read: (page: PageRequest) => Promise<{ readonly marks: readonly DirtyMark[]; readonly after: string | undefined }>,
): Promise<void> {
  for (let after: string | undefined; !signal.aborted; ) {
    const page = await read({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    if (page.marks.length > 0) await engine.ledger.markDirty(page.marks);
    after = page.after;
    if (after === undefined) return;
  }
}
