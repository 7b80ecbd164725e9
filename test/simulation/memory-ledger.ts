import type { AssetKind, NativeRef } from "../../src/domain/asset.ts";
import type { Change } from "../../src/domain/change.ts";
import { globMatcher, parseNameGlob } from "../../src/domain/glob.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import { decodeChange, encodeChange } from "../../src/domain/log-entry.ts";
import type {
  AssetFilter,
  BindingDigest,
  ChangeFilter,
  Intent,
  Ledger,
  LedgerCounts,
  PageRequest,
} from "../../src/ports/ledger.ts";
import { commitAll, isSameRef } from "./memory-commit.ts";
import { listReleased, pageReviewItems, pageReviews, placeKey } from "./memory-guards.ts";
import { claimLease, releaseLease, renewLeases } from "./memory-leases.ts";
import { type AssetRow, copyTables, emptyTables, type MemoryTables } from "./memory-tables.ts";
import { abandonWork, claimWork, postponeWork, writeMarks } from "./memory-work.ts";

/**
 * A ledger without a disk, for simulations: every method does its whole work at once, so that the only interleavings are
 * those that a scheduler makes. It answers what the engine asks; the lists that only people page through it does not know.
 */
export class MemoryLedger implements Ledger {
  #tables: MemoryTables;

  constructor(tables: MemoryTables = emptyTables()) {
    this.#tables = tables;
  }

  /** What it holds now, to look at. */
  get tables(): MemoryTables {
    return this.#tables;
  }

  backup(): MemoryTables {
    return copyTables(this.#tables);
  }

  restore(backup: MemoryTables): void {
    this.#tables = copyTables(backup);
  }

  head: Ledger["head"] = async () => this.#tables.log.length;
  commit: Ledger["commit"] = async (commit) => commitAll(this.#tables, commit);

  touchBindings: Ledger["touchBindings"] = async (source, assets, observedAt, observedFrom) => {
    for (const id of assets) {
      const row = this.#tables.assets.get(id);
      if (!row) continue;
      const bindings = row.state.bindings.map((it) =>
        it.source !== source
          ? it
          : observedFrom === undefined
            ? { ...it, observedAt: it.observedAt < observedAt ? observedAt : it.observedAt }
            : it.observedFrom <= observedFrom
              ? { ...it, observedAt: it.observedAt < observedAt ? observedAt : it.observedAt, observedFrom }
              : it,
      );
      this.#tables.assets.set(id, { ...row, state: { ...row.state, bindings } });
    }
  };

  loadStates: Ledger["loadStates"] = async (ids) => ids.map((it) => this.#tables.assets.get(it)?.state);

  findBindings: Ledger["findBindings"] = async (source, refs) => refs.map((it) => this.#findBinding(source, it));

  #findBinding(source: SourceId, ref: NativeRef): BindingDigest | undefined {
    const found = [...this.#tables.assets.values()].flatMap((row) =>
      row.state.bindings.flatMap((it) => {
        return it.source === source && isSameRef(it.ref, ref) ? [{ row, binding: it }] : [];
      }),
    );
    const [best] = found.sort(
      (left, right) =>
        Number(left.binding.state !== "present") - Number(right.binding.state !== "present") || newest(left, right),
    );
    return best && toDigest(best.row, source);
  }

  findAssets: Ledger["findAssets"] = async (names, withRetired) =>
    names.map((it) => this.#findAsset(it.name, it.kind, withRetired));

  #findAsset(name: string, kind: AssetKind | undefined, withRetired: boolean): AssetId | undefined {
    const rank = (it: AssetRow): number => ["ACTIVE", "SUSPECTED", "RETIRED"].indexOf(it.state.asset.state);
    return [...this.#tables.assets.values()]
      .filter(({ state: { asset } }) => asset.name === name && (kind === undefined || asset.kind === kind))
      .filter((it) => withRetired || it.state.asset.state !== "RETIRED")
      .sort((left, right) => rank(left) - rank(right) || byAge(left, right))[0]?.state.asset.id;
  }

  listUnseen: Ledger["listUnseen"] = async (source, observedBefore, after, limit) =>
    this.#living(after)
      .filter((row) => row.state.bindings.some((it) => it.source === source && it.observedAt < observedBefore))
      .slice(0, limit)
      .map((row) => toDigest(row, source));

  listAssetIds: Ledger["listAssetIds"] = async (after, limit) =>
    this.#living(after)
      .slice(0, limit)
      .map((it) => it.state.asset.id);

  /** Not RETIRED, by id. */
  #living(after: AssetId | undefined): AssetRow[] {
    return [...this.#tables.assets.values()]
      .filter(({ state: { asset } }) => asset.state !== "RETIRED" && asset.id > (after ?? ""))
      .sort((left, right) => (left.state.asset.id < right.state.asset.id ? -1 : 1));
  }

  markDirty: Ledger["markDirty"] = async (marks) => writeMarks(this.#tables, marks, this.#tables.log.length);
  claimWork: Ledger["claimWork"] = async (source, holder, now, leaseMs, limit) =>
    claimWork(this.#tables, source, holder, now, leaseMs, limit);
  postponeWork: Ledger["postponeWork"] = async (item, dueAt) => postponeWork(this.#tables, item, dueAt);

  nextDue: Ledger["nextDue"] = async (source) => {
    const due = [...this.#tables.work.values()].filter((it) => it.source === source).map((it) => it.availableAt);
    return due.length > 0 ? Math.min(...due) : undefined;
  };

  listIntents: Ledger["listIntents"] = async ({ asset, expiredAt = Number.MAX_SAFE_INTEGER, source }) =>
    [...this.#tables.intents.values()]
      .filter((it) => it.leaseUntil <= expiredAt && (asset === undefined || it.asset === asset))
      .filter((it) => source === undefined || it.source === source)
      .sort((left, right) => left.position - right.position || (left.id < right.id ? -1 : 1));

  takeOverIntent: Ledger["takeOverIntent"] = async (id, holder, now, leaseUntil) => {
    const intent = this.#tables.intents.get(id);
    if (!intent || intent.leaseUntil > now) return undefined;
    const taken: Intent = { ...intent, holder, leaseUntil };
    this.#tables.intents.set(id, taken);
    return taken;
  };

  claimLease: Ledger["claimLease"] = async (...args) => claimLease(this.#tables, ...args);
  releaseLease: Ledger["releaseLease"] = async (lease) => releaseLease(this.#tables, lease);
  renewLeases: Ledger["renewLeases"] = async (...args) => renewLeases(this.#tables, ...args);

  abandonLeases: Ledger["abandonLeases"] = async (intentsUntil) => {
    abandonWork(this.#tables);
    for (const [id, it] of this.#tables.intents)
      this.#tables.intents.set(id, { ...it, leaseUntil: Math.min(it.leaseUntil, intentsUntil) });
    this.#tables.leases.clear();
  };

  findIdempotency: Ledger["findIdempotency"] = async (scope) => this.#tables.keys.get(scope);
  readSources: Ledger["readSources"] = async () =>
    [...this.#tables.sources.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  readSetting: Ledger["readSetting"] = async (name) => this.#tables.settings.get(name);

  readLog: Ledger["readLog"] = async (position, limit, filter = {}) => {
    const { log } = this.#tables;
    const changes: Change[] = [];
    let scannedTo = Math.max(position, log.length);
    for (const change of log.slice(position)) {
      if (!passes(change, filter)) continue;
      if (changes.length === limit) {
        scannedTo = changes.at(-1)?.position ?? position;
        break;
      }
      changes.push(change);
    }
    return { changes, scannedTo };
  };

  readLogBytes: Ledger["readLogBytes"] = async (from, to) => this.#tables.log.slice(from - 1, to).map(encodeChange);
  readChanges: Ledger["readChanges"] = async (positions) =>
    positions.map((it) => this.#tables.log[it - 1]).map((it) => it && decodeChange(encodeChange(it)));

  lastChanges: Ledger["lastChanges"] = async (fields) =>
    fields.map(({ asset, key }) =>
      this.#tables.log.findLast((it) => it.kind === "FIELD_CHANGED" && it.asset === asset && it.key === key),
    );

  /** By name or in the order of making, and without cursors: all of it is one page. */
  pageAssets: Ledger["pageAssets"] = async (filter, { by, direction }, { limit }: PageRequest) => {
    const found = [...this.#tables.assets.values()].filter((it) => holds(it, filter));
    if (found.length > limit || by === "changed" || direction === "desc")
      throw new Error("A ledger in memory pages no assets.");
    const placed = found.sort(by === "name" ? byName : (left, right) => byAge(right, left));
    const items = placed.map((it) => ({ item: it.state.asset.id, cursor: it.state.asset.id }));
    return { items, hasNext: false, hasPrevious: false };
  };

  pageChanges: Ledger["pageChanges"] = () => Promise.reject(new Error("A ledger in memory pages no changes."));
  /** The newest of each, and without cursors. */
  pageChangesOf: Ledger["pageChangesOf"] = async (assets, filter, { backwards, limit }) => {
    if (backwards !== true) throw new Error("A ledger in memory pages no changes.");
    return assets.map((asset) => {
      const newest = this.#tables.log.filter((it) => it.asset === asset && passes(it, filter)).slice(-limit);
      return { items: newest.map((item) => ({ item, cursor: "" })), hasNext: false, hasPrevious: false };
    });
  };
  pageDrifts: Ledger["pageDrifts"] = async (filter, { after = "", limit }) => {
    const { assets, fields, kinds, names, since, sources, states, until } = filter;
    if (names ?? fields ?? since ?? until) throw new Error("A ledger in memory knows no such filter of drifts.");
    const found = [...this.#tables.drifts.values()]
      .map((it) => it.drift)
      .filter((it) => (assets?.includes(it.asset) ?? true) && (sources?.includes(it.source) ?? true))
      .filter((it) => (kinds?.includes(it.kind) ?? true) && (states?.includes(it.state) ?? true) && it.id > after)
      .sort((left, right) => (left.id < right.id ? -1 : 1));
    const items = found.slice(0, limit).map((item) => ({ item, cursor: item.id }));
    return { items, hasNext: found.length > limit, hasPrevious: after !== "" };
  };
  loadDrifts: Ledger["loadDrifts"] = async (ids) => ids.map((it) => this.#tables.drifts.get(it)?.drift);

  readRun: Ledger["readRun"] = async (place) => this.#tables.runs.get(placeKey(place))?.run;
  countBound: Ledger["countBound"] = async (source) =>
    this.#living(undefined).filter((row) => row.state.bindings.some((it) => it.source === source)).length;
  listReleased: Ledger["listReleased"] = async (place, at) => listReleased(this.#tables, place, at);
  pageReviews: Ledger["pageReviews"] = async (filter, page) => pageReviews(this.#tables, filter, page);
  loadReviews: Ledger["loadReviews"] = async (ids) => ids.map((it) => this.#tables.reviews.get(it)?.review);
  pageReviewItems: Ledger["pageReviewItems"] = async (review, page) => pageReviewItems(this.#tables, review, page);

  counts: Ledger["counts"] = async (): Promise<LedgerCounts> => {
    const living = [...this.#tables.assets.values()].filter((it) => it.state.asset.state !== "RETIRED");
    const open = [...this.#tables.drifts.values()].filter((it) => it.drift.state !== "RESOLVED");
    return {
      assetsByKind: sumBy(living, (it) => it.state.asset.kind),
      assetsByStatus: sumBy(living, (it) => it.index.status),
      driftsByKind: sumBy(open, (it) => it.drift.kind),
      workBySource: sumBy([...this.#tables.work.values()], (it) => it.source),
      openIntents: this.#tables.intents.size,
    };
  };

  async [Symbol.asyncDispose](): Promise<void> {}
}

function byAge(left: AssetRow, right: AssetRow): number {
  const [a, b] = [left.state.asset, right.state.asset];
  if (a.createdAt !== b.createdAt) return a.createdAt > b.createdAt ? -1 : 1;
  return a.id > b.id ? -1 : 1;
}

function byName(left: AssetRow, right: AssetRow): number {
  const [a, b] = [left.state.asset, right.state.asset];
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function newest(left: { readonly row: AssetRow }, right: { readonly row: AssetRow }): number {
  const retired = (it: AssetRow): number => Number(it.state.asset.state === "RETIRED");
  return retired(left.row) - retired(right.row) || byAge(left.row, right.row);
}

function toDigest(row: AssetRow, source: SourceId): BindingDigest {
  const binding = row.state.bindings.find((it) => it.source === source);
  if (!binding) throw new TypeError(`${row.state.asset.id} is not bound in ${source}.`);
  const { digest, misses, observedAt, ref, state, version } = binding;
  const { id: asset, state: assetState } = row.state.asset;
  return { asset, assetState, source, ref, state, misses, observedAt, version, digest };
}

function passes(change: Change, { assets, kinds, names, fields, sources }: ChangeFilter): boolean {
  if (names ?? fields) throw new Error("A ledger in memory filters the log by assets, sources and kinds only.");
  if (sources && (change.source === undefined || !sources.includes(change.source))) return false;
  return (
    (kinds?.includes(change.kind) ?? true) &&
    (assets === undefined || (change.asset !== undefined && assets.includes(change.asset)))
  );
}

function holds(row: AssetRow, filter: AssetFilter): boolean {
  const { index, state } = row;
  const { asset, bindings } = state;
  const any = (wanted: readonly string[] | undefined, held: readonly (string | null)[]): boolean =>
    wanted === undefined || held.some((it) => it !== null && wanted.includes(it));
  const text = filter.text?.toLowerCase() ?? "";
  return (
    any(filter.ids, [asset.id]) &&
    any(filter.kinds, [asset.kind]) &&
    any(filter.states, [asset.state]) &&
    any(filter.statuses, [index.status]) &&
    any(filter.owners, index.owners) &&
    any(filter.classifications, index.classifications) &&
    any(filter.sensitivities, [index.sensitivity]) &&
    any(filter.domains, [index.domain]) &&
    any(
      filter.sources,
      bindings.map((it) => it.source),
    ) &&
    (filter.names?.some((it) => globMatcher(parseNameGlob(it))(asset.name)) ?? true) &&
    (filter.hasOwner ?? index.owners.length > 0) === index.owners.length > 0 &&
    row.changed > (filter.changedSince ?? -1) &&
    `${asset.name} ${index.description ?? ""}`.toLowerCase().includes(text) &&
    (filter.and?.every((it) => holds(row, it)) ?? true) &&
    (filter.or?.some((it) => holds(row, it)) ?? true) &&
    !(filter.not && holds(row, filter.not))
  );
}

function sumBy<T>(rows: readonly T[], keyOf: (it: T) => string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[keyOf(row)] = (sums[keyOf(row)] ?? 0) + 1;
  return sums;
}
