import type { NativeRef } from "../../src/domain/asset.ts";
import type { Change } from "../../src/domain/change.ts";
import type { Drift } from "../../src/domain/drift.ts";
import type { IntentId, SourceId } from "../../src/domain/ids.ts";
import type { Agreed, AssetState, Binding } from "../../src/domain/state.ts";
import {
  type AssetIndex,
  type AssetUpdate,
  type Assumptions,
  type Claim,
  type Commit,
  type CommitResult,
  type SourceRecord,
  TREATY_SETTING,
} from "../../src/ports/ledger.ts";
import { checkGuards, takeGuarded, writeGuards } from "./memory-guards.ts";
import { checkUnder } from "./memory-leases.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { checkLeases, completeWork, writeMarks } from "./memory-work.ts";

type Refusal = Extract<CommitResult, { ok: false }>;

const NO_INDEX: AssetIndex = {
  status: "UNKNOWN",
  owners: [],
  classifications: [],
  sensitivity: null,
  domain: null,
  description: null,
};

/** All of it or nothing: everything is checked before anything is written. */
export function commitAll(tables: MemoryTables, commit: Commit): CommitResult {
  const refusal =
    checkLeases(tables, [...(commit.completed ?? []), ...(commit.working ?? [])]) ??
    checkUnder(tables, commit.under ?? []) ??
    checkAssumptions(tables, commit.assumes) ??
    checkSources(tables, commit.sources ?? []) ??
    checkRevisions(tables, commit.assets ?? []) ??
    checkClaims(tables, commit.claims ?? []) ??
    checkIntents(tables, commit) ??
    checkKeys(tables, commit) ??
    checkGuards(tables, commit);
  if (refusal) return refusal;
  const taken = commit.guard && takeGuarded(tables, commit.guard);
  if (taken && !taken.ok) return { reason: "guarded", ...taken };
  const changes = placeChanges(commit, tables.log.length);
  tables.log.push(...changes);
  const head = tables.log.length;
  for (const update of commit.assets ?? []) writeAsset(tables, update, changes, head);
  completeWork(tables, commit.completed ?? []);
  writeMarks(tables, commit.dirty ?? [], head);
  writeIntents(tables, commit, changes, head);
  writeKeys(tables, commit);
  for (const source of commit.sources ?? [])
    tables.sources.set(source.id, { ...source, revision: source.revision + 1 });
  for (const [name, value] of Object.entries(commit.settings ?? {})) tables.settings.set(name, value);
  writeGuards(tables, commit, taken, changes);
  return { ok: true, positions: changes.map((it) => it.position), head };
}

function checkRevisions(tables: MemoryTables, updates: readonly AssetUpdate[]): Refusal | undefined {
  if (new Set(updates.map((it) => it.id)).size < updates.length)
    throw new TypeError("A commit updates an asset at most once.");
  const refused = updates.find((it) => (tables.assets.get(it.id)?.state.revision ?? 0) !== it.expectedRevision);
  if (refused) return { ok: false, reason: "revision", asset: refused.id };
  const nameless = updates.find((it) => it.expectedRevision === 0 && !it.asset);
  if (nameless) throw new TypeError(`${nameless.id} is new, so the commit must say what it is.`);
  return undefined;
}

function checkAssumptions(tables: MemoryTables, assumes: Assumptions | undefined): Refusal | undefined {
  const { settings = {}, sources = {}, treaty } = assumes ?? {};
  if (treaty !== undefined && (tables.settings.get(TREATY_SETTING) ?? null) !== treaty)
    return { ok: false, reason: "outdated", what: "treaty" };
  if (Object.entries(settings).some(([name, value]) => (tables.settings.get(name) ?? null) !== value))
    return { ok: false, reason: "outdated", what: "settings" };
  const isSame = Object.entries(sources).every(
    ([id, it]) => (tables.sources.get(id as SourceId)?.revision ?? 0) === it,
  );
  return isSame ? undefined : { ok: false, reason: "outdated", what: "sources" };
}

function checkSources(tables: MemoryTables, sources: readonly SourceRecord[]): Refusal | undefined {
  if (new Set(sources.map((it) => it.id)).size < sources.length)
    throw new TypeError("A commit changes a source at most once.");
  const outdated = sources.find((it) => (tables.sources.get(it.id)?.revision ?? 0) !== it.revision);
  return outdated && { ok: false, reason: "source-revision", source: outdated.id };
}

function checkClaims(tables: MemoryTables, claims: readonly Claim[]): Refusal | undefined {
  const states = [...tables.assets.values()].map((it) => it.state);
  const taken = claims.find((claim) =>
    states.some(({ asset, bindings }) => {
      if (asset.id === claim.asset) return false;
      const isNamed = asset.name === claim.name && asset.kind === claim.ref.kind && asset.state !== "RETIRED";
      return isNamed || bindings.some((it) => it.source === claim.source && isSameRef(it.ref, claim.ref));
    }),
  );
  return taken && { ok: false, reason: "claimed", asset: taken.asset };
}

export function isSameRef(bound: NativeRef, asked: NativeRef): boolean {
  if (asked.stableId !== null) return bound.stableId === asked.stableId;
  return bound.kind === asked.kind && JSON.stringify(bound.name) === JSON.stringify(asked.name);
}

function checkIntents(tables: MemoryTables, { closeIntents = [], openIntents = [] }: Commit): Refusal | undefined {
  if (closeIntents.some((it) => tables.intents.get(it.id)?.holder !== it.holder))
    return { ok: false, reason: "intent-lost" };
  const closed = new Set<IntentId>(closeIntents.map((it) => it.id));
  const pairs = openIntents.map((it) => `${it.asset} ${it.source}`);
  if (new Set(pairs).size < pairs.length)
    throw new TypeError("A commit opens at most one intent for an asset and source.");
  if (new Set(openIntents.map((it) => it.id)).size < openIntents.length)
    throw new TypeError("Two intents bear one id.");
  const open = [...tables.intents.values()].find(
    (it) => !closed.has(it.id) && pairs.includes(`${it.asset} ${it.source}`),
  );
  if (open) return { ok: false, reason: "intent-open", asset: open.asset, leaseUntil: open.leaseUntil };
  for (const { asset, makes, source } of openIntents) {
    const other = [...tables.intents.values()].find(
      (it) => makes && !closed.has(it.id) && it.source === source && JSON.stringify(it.makes) === JSON.stringify(makes),
    );
    if (other) return { ok: false, reason: "intent-open", asset, leaseUntil: other.leaseUntil };
  }
  return undefined;
}

/** The ledger has no clock: what has expired is judged by the time that the commit's own entries bear. */
function timeOf(commit: Commit): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...(commit.changes ?? []).map((it) => Date.parse(it.at) || 0));
}

function checkKeys(tables: MemoryTables, commit: Commit): Refusal | undefined {
  const now = timeOf(commit);
  for (const record of commit.idempotency ?? []) {
    const other = tables.keys.get(record.scope);
    if (other && !commit.forgetIdempotency?.includes(record.scope) && other.expiresAt > now)
      return { ok: false, reason: "idempotency", record: other };
  }
  return undefined;
}

function placeChanges(commit: Commit, head: number): readonly Change[] {
  return (commit.changes ?? []).map(({ causedBy, ...change }, index) => {
    const position = head + 1 + index;
    if (causedBy === undefined) return { ...change, position };
    const cause = typeof causedBy === "number" ? causedBy : head + 1 + causedBy.index;
    if (!(Number.isSafeInteger(cause) && cause >= 1 && cause < position))
      throw new TypeError(`Entry ${index} of the commit cannot be caused by entry ${cause}.`);
    return { ...change, position, causedBy: cause };
  });
}

function writeAsset(tables: MemoryTables, update: AssetUpdate, changes: readonly Change[], head: number): void {
  const row = tables.assets.get(update.id);
  const before = row?.state;
  const asset = update.asset ?? before?.asset;
  if (!asset) throw new TypeError(`${update.id} is not there.`);
  const unbound = new Set(update.unbind);
  const placeOf = ({ id }: Drift): number => tables.drifts.get(id)?.position ?? head;
  const drifts = new Map(before?.drifts.map((it) => [it.id, it]));
  for (const drift of update.drifts ?? []) {
    const position = tables.drifts.get(drift.id)?.position ?? changes.find((it) => it.drift === drift.id)?.position;
    tables.drifts.set(drift.id, { drift, position: position ?? head });
    if (drift.state === "RESOLVED") drifts.delete(drift.id);
    else drifts.set(drift.id, drift);
  }
  const state: AssetState = {
    asset,
    revision: update.expectedRevision + 1,
    bindings: merge<Binding>(before?.bindings ?? [], seenSince(before, update, unbound), (it) => it.source, unbound),
    agreed: merge<Agreed>(before?.agreed ?? [], update.agreed ?? [], (it) => it.mirror, unbound),
    drifts: [...drifts.values()].sort((left, right) => placeOf(left) - placeOf(right) || (left.id < right.id ? -1 : 1)),
  };
  tables.assets.set(update.id, { state, index: update.index ?? row?.index ?? NO_INDEX, changed: head });
}

function merge<T>(
  before: readonly T[],
  news: readonly T[],
  keyOf: (it: T) => string,
  dropped: ReadonlySet<string>,
): readonly T[] {
  const kept = before.filter((it) => !dropped.has(keyOf(it)) && !news.some((other) => keyOf(other) === keyOf(it)));
  return [...kept, ...news].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function writeIntents(tables: MemoryTables, commit: Commit, changes: readonly Change[], head: number): void {
  for (const it of commit.closeIntents ?? []) tables.intents.delete(it.id);
  for (const it of commit.openIntents ?? []) {
    const entry = changes.find(({ intent, kind }) => kind === "WRITE_INTENDED" && intent === it.id);
    tables.intents.set(it.id, { ...it, position: entry?.position ?? head });
  }
}

function writeKeys(tables: MemoryTables, commit: Commit): void {
  const { forgetIdempotency = [], idempotency = [], settleIdempotency = [] } = commit;
  for (const scope of forgetIdempotency) tables.keys.delete(scope);
  for (const it of settleIdempotency) {
    const other = tables.keys.get(it.scope);
    if (!other || (other.state === "running" && other.requestHash === it.requestHash)) tables.keys.set(it.scope, it);
  }
  if (idempotency.length === 0) return;
  const now = timeOf(commit);
  for (const [scope, it] of tables.keys) if (it.expiresAt <= now) tables.keys.delete(scope);
  for (const it of idempotency) tables.keys.set(it.scope, it);
}

/** A scan may have touched a binding since it was read: nothing is unseen again by what is recorded late. */
function seenSince(
  before: AssetState | undefined,
  { bindings = [] }: AssetUpdate,
  unbound: ReadonlySet<string>,
): readonly Binding[] {
  return bindings.map((it) => {
    const touched = unbound.has(it.source) ? undefined : before?.bindings.find(({ source }) => source === it.source);
    return touched && touched.observedAt > it.observedAt ? { ...it, observedAt: touched.observedAt } : it;
  });
}
