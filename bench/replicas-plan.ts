import { type LakehouseTable, tableAt } from "./replicas-lakehouse.ts";

/** One subscriber: where, and what it asks for. */
export interface SubscriptionPlan {
  readonly url: string;
  readonly query: string;
  readonly variables: { readonly filter: SubscriptionFilter };
}
/** A part of `ChangeFilter`. */
export interface SubscriptionFilter {
  readonly names?: readonly [string];
  readonly assets?: readonly [string];
  readonly kinds?: readonly string[];
}

/** A table as the gateway knows it. */
export interface GovernedTable extends LakehouseTable {
  readonly id: string;
}

/** Shares of the subscribers, per thousand. */
const FOLLOW_EVERYTHING = 5;
const FOLLOW_ONE_TABLE = 395;

const DASHBOARD = `subscription ($filter: ChangeFilter) {
  changes(filter: $filter) { cursor kind at assetName field before after actor { kind id } }
}`;
const ARCHIVE = `subscription ($filter: ChangeFilter) {
  changes(filter: $filter) { cursor kind at assetName field before after actor { kind id } source { name } reason rule }
}`;

/**
 * Who follows what: 60 % the changes of one namespace (a team's dashboard), 39.5 % all that happens to one table (somebody looks
 * at its page), 0.5 % everything (an archive, a search index). Spread evenly over the replicas.
 */
export function planSubscriptions(
  count: number,
  urls: readonly string[],
  tables: readonly GovernedTable[],
): readonly SubscriptionPlan[] {
  const everything = Math.ceil((count * FOLLOW_EVERYTHING) / 1_000);
  const one = Math.floor((count * FOLLOW_ONE_TABLE) / 1_000);
  return Array.from({ length: count }, (_, index) => {
    const url = urls[index % urls.length] as string;
    // Steps without a common divisor with the number of tables, so that neighbours do not follow neighbours.
    const table = tables[(index * 7_919) % tables.length] as GovernedTable;
    if (index < everything) return { url, query: ARCHIVE, variables: { filter: {} } };
    if (index < everything + one) return { url, query: DASHBOARD, variables: { filter: { assets: [table.id] } } };
    const filter = { names: [`${table.namespace}.**`] as const, kinds: ["FIELD_CHANGED"] };
    return { url, query: DASHBOARD, variables: { filter } };
  });
}

/** Whether an entry of the log is to come to a subscriber. */
export function isFollowed(
  { assets, kinds, names }: SubscriptionFilter,
  entry: { readonly kind: string; readonly asset: string | null; readonly name: string | undefined },
): boolean {
  if (kinds && !kinds.includes(entry.kind)) return false;
  if (assets) return entry.asset === assets[0];
  return !names || (entry.name?.startsWith(names[0].slice(0, -"**".length)) ?? false);
}

/** The tables of a bench of this size, without their ids. */
export function lakehouseTables(count: number): readonly LakehouseTable[] {
  return Array.from({ length: count }, (_, index) => tableAt(index));
}

/** A change of one field of one table; every value is another one. */
export interface MutationPlan {
  readonly url: string;
  readonly asset: string;
  readonly field: "description" | "domain";
  readonly value: string;
}

/** Spread over tables and replicas; in turn a field of which the lakehouse has authority, and one of which the catalog has. */
export function planMutations(
  count: number,
  round: string,
  urls: readonly string[],
  tables: readonly GovernedTable[],
): readonly MutationPlan[] {
  const random = seededRandom(count);
  return Array.from({ length: count }, (_, index) => ({
    url: urls[index % urls.length] as string,
    asset: (tables[Math.floor(random() * tables.length)] as GovernedTable).id,
    field: (index >> 1) % 2 === 0 ? "description" : "domain",
    value: `${round} ${index}`,
  }));
}

/** Mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
