import { isBeingMade } from "../delivery/being-made.ts";
import { findAttributions } from "../delivery/find-attributions.ts";
import { toMarks } from "../delivery/read-fresh.ts";
import { record } from "../delivery/record.ts";
import { toldSince } from "../delivery/told-since.ts";
import { toUpdate } from "../delivery/update-asset.ts";
import type { NewChange } from "../domain/change.ts";
import type { AssetId } from "../domain/ids.ts";
import type { Snapshot } from "../domain/reading.ts";
import type { AssetState } from "../domain/state.ts";
import { digestOf, discover, type Observed, observe, type Sight } from "../plan/observe.ts";
import { bindingOf, canonicalName, type SourceFacts } from "../plan/source-facts.ts";
import type { Engine } from "../ports/engine.ts";
import type { AssetUpdate, BindingDigest, Claim, DirtyMark } from "../ports/ledger.ts";
import type { Scanned } from "../ports/source.ts";

/** Times that a page is worked out anew because assets of it changed meanwhile. */
const MAX_TRIES = 20;
/** Assets that are worked out before others have their turn. */
const AT_A_TIME = 25;

/** Records one page of a scan in one transaction. Returns how many assets brought news. */
export async function recordPage(
  engine: Engine,
  source: SourceFacts,
  page: readonly Scanned[],
  sight: Sight,
): Promise<number> {
  const snapshots = lastOfEach(page.flatMap((it) => (it.kind === "found" ? [it.snapshot] : [])));
  const snapshotByRef = new Map(snapshots.map((it) => [it.ref, it]));
  const unread = page.flatMap((it) => (it.kind === "unchanged" || it.kind === "failed" ? [it.ref] : []));
  const failed = new Set(page.flatMap((it) => (it.kind === "failed" ? [it.ref] : [])));
  const refs = [...snapshots.map((it) => it.ref), ...unread];
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const digests = await engine.ledger.findBindings(source.id, refs);
    const known = new Map(refs.flatMap((ref, index) => (digests[index] ? [[ref, digests[index]] as const] : [])));
    const seen = [...known].filter(([, digest]) => isSettled(source, digest));
    const same = new Set(seen.filter(([ref, digest]) => isSame(snapshotByRef.get(ref), digest)).map(([ref]) => ref));
    const assetsOf = (isRead: boolean): AssetId[] =>
      [...same].flatMap((ref) => (failed.has(ref) === isRead ? [] : [(known.get(ref) as BindingDigest).asset]));
    await engine.ledger.touchBindings(source.id, assetsOf(true), sight.at, sight.from);
    // What could not be read is there all the same; but nobody saw that it still holds what it held.
    await engine.ledger.touchBindings(source.id, assetsOf(false), sight.at, undefined);
    const news = snapshots.filter((it) => !same.has(it.ref));
    if (news.length === 0) return 0;
    const recorded = await recordNews(engine, source, news, known, sight);
    if (recorded !== undefined) return recorded;
  }
  throw new Error(`A page of the scan of ${source.id} could not be recorded: its assets keep changing`);
}

/** Listed again as it was, an asset brings no news; unless it is to be brought back by being listed. */
export function isSettled(source: SourceFacts, { assetState, state }: BindingDigest): boolean {
  return state === "present" && (assetState === "ACTIVE" || !source.capabilities.provesExistence);
}

/** An asset that is renamed while its source is listed can be on a page under both names; the later one stands. */
function lastOfEach(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const byThing = new Map(snapshots.map((it) => [it.ref.stableId ?? JSON.stringify([it.ref.kind, it.ref.name]), it]));
  return byThing.size === snapshots.length ? snapshots : [...byThing.values()];
}

/** A ref that was confirmed without content ("unchanged", or it only failed to load) counts as the same. */
function isSame(snapshot: Snapshot | undefined, digest: BindingDigest): boolean {
  return !snapshot || (digest.digest === digestOf(snapshot) && digest.version === snapshot.version);
}

interface News {
  readonly updates: AssetUpdate[];
  readonly changes: NewChange[];
  readonly claims: Claim[];
  readonly dirty: DirtyMark[];
  /** Assets that are there, although nothing is concluded from what the listing shows of them. */
  readonly listed: AssetId[];
}

/** How many of them were news; undefined if somebody else was quicker. */
async function recordNews(
  engine: Engine,
  source: SourceFacts,
  news: readonly Snapshot[],
  known: ReadonlyMap<Snapshot["ref"], BindingDigest>,
  sight: Sight,
): Promise<number | undefined> {
  const identified = await identify(engine, source, news, known);
  const found: News = { updates: [], changes: [], claims: [], dirty: [], listed: [] };
  // A few at a time: the ledger gives way between them, so that requests are answered and the next ones sent meanwhile.
  for (let at = 0; at < news.length; at += AT_A_TIME) {
    await addNews(engine, source, news.slice(at, at + AT_A_TIME), identified, known, sight, found);
  }
  const { changes, claims, dirty, listed, updates } = found;
  await engine.ledger.touchBindings(source.id, listed, sight.at, undefined);
  if (updates.length === 0 && dirty.length === 0) return 0;
  const result = await record(engine, { assets: updates, changes, claims, dirty });
  if (result.ok) engine.bus.announce(result.head);
  return result.ok ? updates.length : undefined;
}

async function addNews(
  engine: Engine,
  source: SourceFacts,
  news: readonly Snapshot[],
  { ids, nameless }: Identified,
  known: ReadonlyMap<Snapshot["ref"], BindingDigest>,
  sight: Sight,
  { changes, claims, dirty, listed, updates }: News,
): Promise<void> {
  const states = await statesById(
    engine,
    news.flatMap((it) => ids.get(it) ?? []),
  );
  const ground = { treaty: engine.treaty, sources: engine.sources.table() };
  const writes = await engine.ledger.listIntents({});
  const told = await toldSince(engine.ledger, [...states.keys()], sight.from);
  for (const snapshot of news) {
    const id = ids.get(snapshot);
    if (!known.has(snapshot.ref) && isBeingMade(writes, source.id, snapshot.ref, id)) continue;
    const before = id && states.get(id);
    if (before && source.capabilities.visibleWithinMs && bindingOf(before, source.id)) {
      // Its listings lag behind its answers: what they show may be older than what is known. They only say where to look.
      dirty.push({ asset: before.asset.id, source: source.id, reread: true });
      listed.push(before.asset.id);
      continue;
    }
    const observed: Observed = before
      ? observe(ground, before, source, snapshot, sight, findAttributions(writes, id, source.id, snapshot), told)
      : discover(ground, source, snapshot, sight, id ?? (`asset:${engine.ids.ulid()}` as AssetId));
    const { id: asset, name } = observed.state.asset;
    dirty.push(...toMarks(asset, observed));
    if (observed.overtaken.size > 0) listed.push(asset);
    if (!observed.isNews) continue;
    if (!known.has(snapshot.ref))
      claims.push({ asset, source: source.id, ref: snapshot.ref, ...(nameless.has(snapshot) ? { name } : {}) });
    const base: AssetState = before ?? { ...observed.state, bindings: [], agreed: [], drifts: [] };
    const update = toUpdate(engine, base, observed.state);
    if (update) updates.push(update);
    changes.push(...observed.changes);
  }
}

async function statesById(engine: Engine, ids: readonly AssetId[]): Promise<ReadonlyMap<AssetId, AssetState>> {
  const states = ids.length > 0 ? await engine.ledger.loadStates([...new Set(ids)]) : [];
  return new Map(states.flatMap((it) => (it ? [[it.asset.id, it] as const] : [])));
}

interface Identified {
  readonly ids: ReadonlyMap<Snapshot, AssetId>;
  /** Of which no asset bears the name. */
  readonly nameless: ReadonlySet<Snapshot>;
}

/**
 * Which known asset each snapshot is. By the source's stable id first (a rename keeps the asset). Else by canonical name,
 * but only an asset that this source has never bound under another stable id: a reused name inherits nothing.
 */
async function identify(
  engine: Engine,
  source: SourceFacts,
  news: readonly Snapshot[],
  known: ReadonlyMap<Snapshot["ref"], BindingDigest>,
): Promise<Identified> {
  const ids = new Map<Snapshot, AssetId>();
  const unbound = news.filter((it) => {
    const digest = known.get(it.ref);
    if (digest) ids.set(it, digest.asset);
    return !digest;
  });
  const names = unbound.map((it) => ({ name: canonicalName(source, it.ref.name), kind: it.ref.kind }));
  const found = names.length > 0 ? await engine.ledger.findAssets(names, false) : [];
  const states = await statesById(
    engine,
    found.flatMap((it) => it ?? []),
  );
  const taken = new Set(ids.values());
  unbound.forEach((snapshot, index) => {
    const id = found[index];
    const state = id && states.get(id);
    if (!id || !state || bindingOf(state, source.id) || taken.has(id)) return;
    taken.add(id);
    ids.set(snapshot, id);
  });
  return { ids, nameless: new Set(unbound.filter((_, index) => found[index] === undefined)) };
}
