import { fc } from "@fast-check/vitest";
import { ASSET_KINDS, type AssetState } from "../../src/domain/asset.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import { parseName } from "../../src/domain/name.ts";
import { FIELD_STATUSES } from "../../src/domain/status.ts";
import type { AssetFilter, AssetIndex, AssetOrder, AssetUpdate, Commit } from "../../src/ports/ledger.ts";
import { assetId, binding, CATALOG, change, LAKE, newAsset, seconds } from "./ledger-fixtures.ts";

const NAMES = [
  "sales", "sales.orders", "sales.orders_2", "sales.eu.orders", 'sales."a.b"', 'sales."a b".orders', "hr.people", "HR.people", "hr-eu.people",
  "sälés.öl", "日本.表", "a", "z.z.z.z", "sales.100%", "sales.under_score", 'x."quo""te"', "🦉.owl", "sales.🦉",
]; // biome-ignore format: one glance
const STATES: readonly AssetState[] = ["ACTIVE", "SUSPECTED", "RETIRED"];
const OWNERS = ["ann", "group:finance", "ANN"];
const TAGS = ["pii.email", "pii.name", "ops.tier"];
const LEVELS = ["public", "secret", null];
const DOMAINS = ["sales", "hr", null];
const TEXTS = ["Orders of Customers", "ÄPFEL und Öl", "100% of it_all", "", null];

interface Listed {
  readonly update: AssetUpdate & { readonly asset: NonNullable<AssetUpdate["asset"]>; readonly index: AssetIndex };
  readonly changed: number;
}

const pick = <T>(items: readonly T[], n: number): T => items[n % items.length] as T;

function listed(n: number): AssetUpdate {
  return newAsset(n, {
    asset: {
      name: pick(NAMES, n * 5),
      kind: pick(ASSET_KINDS, n),
      state: pick(STATES, n >> 1),
      createdAt: seconds(n % 7),
    },
    bindings: [...(n % 3 ? [binding(n)] : []), ...(n % 4 ? [] : [binding(n, { source: CATALOG })])],
    index: {
      status: pick(FIELD_STATUSES, n * 7),
      owners: OWNERS.filter((_, index) => (n >> index) % 2),
      classifications: TAGS.filter((_, index) => (n >> (index + 1)) % 2),
      sensitivity: pick(LEVELS, n >> 2),
      domain: pick(DOMAINS, n >> 1),
      description: pick(TEXTS, n * 3),
    },
  });
}

/** Seventy assets in ten commits of one entry each. */
export const listedAssets: readonly { readonly commit: Commit }[] = Array.from({ length: 10 }, (_, batch) => ({
  commit: { assets: Array.from({ length: 7 }, (_, n) => listed(batch * 7 + n + 1)), changes: [change()] },
}));
const ALL: readonly Listed[] = listedAssets.flatMap(({ commit }, batch) =>
  (commit.assets ?? []).map((update) => ({ update: update as Listed["update"], changed: batch + 1 })),
);

const some = <T>(items: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...items], { minLength: 0, maxLength: 3 });
const GLOBS = [...NAMES.slice(0, 8), "sales.*", "sales.**", "**", "*", "*.people", "**.orders", "*.*.orders", "s*s.o*", 'sales."a.b"', "sales.*.**", "*a*", "hr*.p**"]; // biome-ignore format: one glance
const flat: fc.Arbitrary<AssetFilter> = fc.record(
  {
    ids: some([1, 2, 8, 40, 99].map(assetId)),
    names: some(GLOBS),
    kinds: some(ASSET_KINDS),
    states: some(STATES),
    domains: some(["sales", "hr", "none"]),
    owners: some([...OWNERS, "nobody"]),
    hasOwner: fc.boolean(),
    classifications: some([...TAGS, "none"]),
    sensitivities: some(["public", "secret", "none"]),
    statuses: some(FIELD_STATUSES),
    sources: some([LAKE, CATALOG, "none" as SourceId]),
    text: fc.constantFrom("orders", "ÖL", "äpfel", "%", "_", "", "it_", "🦉", "nothing"),
    changedSince: fc.integer({ min: 0, max: 11 }),
  },
  { requiredKeys: [] },
);
/** One or two conditions at a time: more of them leave nothing to look at. */
const sparse = flat.map((it) => Object.fromEntries(Object.entries(it).slice(0, 2)) as AssetFilter);
export const anyFilter: fc.Arbitrary<AssetFilter> = fc.letrec<{ filter: AssetFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    sparse,
    fc.record({ or: fc.array(tie("filter"), { maxLength: 3 }) }),
    fc.record({ and: fc.array(tie("filter"), { maxLength: 2 }) }),
    fc.record({ not: tie("filter") }),
    fc.tuple(sparse, tie("filter")).map(([it, not]) => ({ ...it, not })),
  ),
})).filter;

export const anyOrder: fc.Arbitrary<AssetOrder> = fc.record({
  by: fc.constantFrom("name" as const, "changed" as const, "created" as const),
  direction: fc.constantFrom("asc" as const, "desc" as const),
});

/** What a list must hold, found by looking at every asset. */
export function listNaively(filter: AssetFilter, order: AssetOrder): AssetId[] {
  const sign = order.direction === "asc" ? 1 : -1;
  return ALL.filter((it) => matches(it, filter))
    .toSorted(
      (left, right) =>
        sign * (compare(placeOf(left, order), placeOf(right, order)) || compare(left.update.id, right.update.id)),
    )
    .map((it) => it.update.id);
}

/** Texts by their UTF-8 bytes, names segment by segment. */
function compare(left: string | number, right: string | number): number {
  if (typeof left === "number") return left - Number(right);
  return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
}

function placeOf({ update, changed }: Listed, { by }: AssetOrder): string | number {
  if (by === "changed") return changed;
  return by === "created" ? update.asset.createdAt : parseName(update.asset.name).join("\u0001");
}

function matches(it: Listed, filter: AssetFilter): boolean {
  const { asset, index, bindings = [] } = it.update;
  const anyOf = <T>(wanted: readonly T[] | undefined, held: readonly (T | null)[]): boolean =>
    wanted === undefined || held.some((value) => value !== null && wanted.includes(value));
  const text = filter.text?.toLowerCase();
  return (
    anyOf(filter.ids, [asset.id]) &&
    (filter.names === undefined || filter.names.some((glob) => matchesGlob(glob, asset.name))) &&
    anyOf(filter.kinds, [asset.kind]) &&
    anyOf(filter.states, [asset.state]) &&
    anyOf(filter.domains, [index.domain]) &&
    anyOf(filter.owners, index.owners) &&
    (filter.hasOwner === undefined || filter.hasOwner === index.owners.length > 0) &&
    anyOf(filter.classifications, index.classifications) &&
    anyOf(filter.sensitivities, [index.sensitivity]) &&
    anyOf(filter.statuses, [index.status]) &&
    anyOf(filter.sources, bindings.map((binding) => binding.source)) &&
    (text === undefined || [asset.name, index.description ?? ""].some((held) => held.toLowerCase().includes(text))) &&
    (filter.changedSince === undefined || it.changed > filter.changedSince) &&
    (filter.and ?? []).every((inner) => matches(it, inner)) &&
    (filter.or === undefined || filter.or.some((inner) => matches(it, inner))) &&
    (filter.not === undefined || !matches(it, filter.not))
  ); // biome-ignore format: one glance
}

/** Straight from the words: `*` is anything within a segment, `**` anything at all. */
function matchesGlob(glob: string, name: string): boolean {
  const quoted = glob.match(/"(?:[^"]|"")+"|[^."]+|\./g) ?? [];
  const pattern = quoted.map((part) => {
    if (part === ".") return "\u0001";
    if (part.startsWith('"')) return escape(part.slice(1, -1).replaceAll('""', '"'));
    return part
      .split(/(\*+)/)
      .map((it) => (it === "*" ? "[^\u0001]*" : it.startsWith("**") ? ".*" : escape(it)))
      .join("");
  });
  return new RegExp(`^${pattern.join("")}$`, "su").test(parseName(name).join("\u0001"));
}

function escape(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&");
}
