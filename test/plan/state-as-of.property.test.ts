import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Drift } from "../../src/domain/drift.ts";
import { plainKey } from "../../src/domain/field.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import { equalJson, type Json, type JsonObject } from "../../src/domain/json.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { stateAsOf } from "../../src/plan/state-as-of.ts";
import { EngineHarness, ORDERS, rules } from "../support/engine-harness.ts";
import type { MemoryAsset } from "../support/memory-assets.ts";
import type { MemorySource } from "../support/memory-source.ts";

const FIELDS = ["owners", "classifications", "domain", "description", "retention", "lifecycle", "custom.cost"] as const;
type Field = (typeof FIELDS)[number];

/**
 * Values that only one side ever sets: two sides that change to the same at once agree, and then there is nothing to tell (for
 * what both lose at once see `notLostByBoth`).
 */
function valueBy(side: string, field: Field): fc.Arbitrary<unknown> {
  const note = fc.constantFrom(`${side}-1`, `${side}-2`);
  const some = { minLength: 1, maxLength: 3 };
  switch (field) {
    case "owners":
      return fc.array(fc.record({ principal: fc.constantFrom(`${side}-ann`, `${side}-ben`), role: note }), some);
    case "classifications":
      return fc.array(
        fc.record({ name: fc.constantFrom("pii.email", "pii.name", "ops.tier", `pii.${side}`), value: note }),
        some,
      );
    case "retention":
      return fc.record({ duration: fc.constantFrom("P1D", "P7Y"), basis: note });
    case "lifecycle":
      return fc.record({ stage: fc.constantFrom("active", "deprecated"), note });
    case "custom.cost":
      return fc.dictionary(fc.constantFrom("a", "b"), note, { minKeys: 1 });
    case "domain":
    case "description":
      return note;
    default:
      return field satisfies never;
  }
}

type Step =
  | { readonly do: "mutate" | "catalog" | "lakehouse"; readonly field: Field; readonly value: unknown }
  | { readonly do: "conflict"; readonly field: Field; readonly values: readonly [unknown, unknown] }
  | { readonly do: "clear"; readonly field: Field; readonly at: "mutate" | "catalog" | "lakehouse" }
  | { readonly do: "rename"; readonly to: string }
  | { readonly do: "drop" | "restore" };

const field = fc.constantFrom(...FIELDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  ...(["mutate", "catalog", "lakehouse"] as const).map((it) =>
    field.chain((at) => valueBy(it, at).map((value): Step => ({ do: it, field: at, value }))),
  ),
  field.chain((at) =>
    fc
      .tuple(valueBy("catalog", at), valueBy("lakehouse", at))
      .map((values): Step => ({ do: "conflict", field: at, values })),
  ),
  fc.record({ do: fc.constant("clear" as const), field, at: fc.constantFrom("mutate", "catalog", "lakehouse") }),
  fc.record({ do: fc.constant("rename" as const), to: fc.constantFrom("orders", "orders_v2") }),
  fc.record({ do: fc.constantFrom("drop" as const, "restore" as const) }),
);

const settings = fc.record({
  onForeignWrite: fc.constantFrom("revert" as const, "adopt" as const, "review" as const),
  onConflict: fc.constantFrom("authority" as const, "review" as const, "newest-at-authority" as const),
  onFirstSight: fc.constantFrom("authority" as const, "union" as const, "review" as const),
  mode: fc.constantFrom("enforce" as const, "observe" as const),
});

describe("the asset as the log knows it", () => {
  test.prop([settings, valueBy("lakehouse", "owners"), fc.array(step, { minLength: 1, maxLength: 8 })], {
    numRuns: 60,
  })(
    "is at every position what the ledger held then: values per source, open drift, name and existence",
    async (rule, owners, steps) => {
      await using harness = await EngineHarness.open({ rules: rules(rule) });
      const table = harness.lakehouse.assets.put({ ...ORDERS, columns: [COLUMN], fields: { owners } });
      await harness.sync();
      const asset = await onlyTable(harness);
      const held: { readonly position: number; readonly state: object }[] = [];
      let name: readonly string[] = ORDERS.name;
      for (const it of steps) {
        name = await take(harness, it, { ...table, name }, asset);
        await harness.sync();
        held.push({ position: await harness.ledger.head(), state: essence(await loadState(harness, asset)) });
      }
      const log = (await harness.log()).filter((it) => it.asset === asset);
      for (const { position, state } of held) {
        const asOf = stateAsOf(log.filter((it) => it.position <= position));
        expect(asOf && essence(asOf)).toEqual(state);
      }
    },
  );

  test("shows a mirror that lost what its authority lost at once, and so came to agree without drift, as it was told of last", async () => {
    const owned = { name: "pii.email", value: "1" };
    const other = { name: "ops.tier", value: "gold" };
    await using harness = await EngineHarness.open({ rules: rules() });
    harness.lakehouse.assets.put({ ...ORDERS, columns: [COLUMN], fields: { classifications: [owned, other] } });
    await harness.sync();
    edit(harness.catalog, "classifications", [owned]);
    edit(harness.lakehouse, "classifications", [owned]);
    await harness.sync();
    const held = await loadState(harness, await onlyTable(harness));
    const told = stateAsOf((await harness.log()).filter((it) => it.asset === held.asset.id));
    expect(essence(held)).toMatchObject({ drifts: [], values: { catalog: { classifications: [owned] } } });
    expect(told && essence(told)).toMatchObject({
      drifts: [],
      values: { lakehouse: { classifications: [owned] }, catalog: { classifications: [other, owned] } },
    });
  });
});

const COLUMN = { id: "1", name: "price", type: "int", required: false };

async function take(
  harness: EngineHarness,
  it: Step,
  table: {
    readonly kind: "TABLE" | "NAMESPACE" | "VIEW";
    readonly name: readonly string[];
    readonly stableId: string | null;
  },
  asset: AssetId,
): Promise<readonly string[]> {
  const isThere = harness.lakehouse.assets.list().some((other) => other.ref.stableId === table.stableId);
  // Nothing is concluded, and so nothing told, of a mirror of what may be gone.
  if (!isThere && it.do !== "restore" && it.do !== "drop") return table.name;
  switch (it.do) {
    case "mutate":
      await harness.apply({ asset: { id: asset }, field: it.field, edit: { op: "set", value: it.value } });
      return table.name;
    case "catalog":
    case "lakehouse":
      edit(harness[it.do], it.field, it.value);
      return table.name;
    case "conflict":
      conflict(harness, it.field, it.values);
      return table.name;
    case "clear":
      if (it.at === "mutate")
        await harness.apply({ asset: { id: asset }, field: it.field, edit: { op: "set", value: null } });
      else edit(harness[it.at], it.field, null);
      return table.name;
    case "rename": {
      const to = ["sales", it.to];
      harness.lakehouse.assets.rename(table, to);
      return to;
    }
    case "drop":
      if (isThere) harness.lakehouse.assets.drop(table);
      else await harness.clock.advance(3_600_000);
      return table.name;
    case "restore":
      if (!isThere) harness.lakehouse.assets.put({ ...table, columns: [COLUMN], fields: { description: "back" } });
      return table.name;
    default:
      return it satisfies never;
  }
}

function conflict(harness: EngineHarness, at: Field, [byCatalog, byLakehouse]: readonly [unknown, unknown]): void {
  const kept = at === "classifications" ? notLostByBoth(harness, byCatalog, byLakehouse) : byLakehouse;
  edit(harness.catalog, at, byCatalog);
  edit(harness.lakehouse, at, kept);
}

/**
 * What an authority loses is told of it alone; its mirror that lost the same at once is in sync again without drift, and shows what
 * was told of it last. So one of the two keeps here what both would lose; the test above tells what is shown where both do.
 */
function notLostByBoth({ catalog, lakehouse }: EngineHarness, ...to: readonly [unknown, unknown]): readonly Json[] {
  const [atCatalog, atLakehouse] = [catalog, lakehouse].map((it) => tagsOf(tableIn(it)?.fields));
  const [byCatalog, byLakehouse] = to as readonly [readonly Json[], readonly Json[]];
  const named = new Set([...byCatalog, ...byLakehouse].map(nameOf));
  const both = atLakehouse?.filter((it) => atCatalog?.some((other) => equalJson(it, other))) ?? [];
  return [...byLakehouse, ...both.filter((it) => !named.has(nameOf(it)))];
}

function tagsOf(fields: MemoryAsset["fields"] | undefined): readonly Json[] {
  const tags = fields?.[plainKey("classifications")];
  return tags?.state === "value" ? (tags.value as readonly Json[]) : [];
}

const nameOf = (tag: Json): Json | undefined => (tag as JsonObject)["name"];

function tableIn(source: MemorySource): MemoryAsset | undefined {
  return source.assets.list().find((it) => it.ref.kind === "TABLE");
}

/** Of the one table that there is, if the system still has it. */
function edit(source: MemorySource, key: Field, value: unknown): void {
  const asset = tableIn(source);
  if (asset) source.assets.edit(asset.ref, { [key]: value });
}

async function onlyTable(harness: EngineHarness): Promise<AssetId> {
  const states = await harness.ledger.loadStates(await harness.ledger.listAssetIds(undefined, 10));
  const table = states.find((it) => it?.asset.kind === "TABLE");
  if (!table) throw new Error("no table");
  return table.asset.id;
}

async function loadState(harness: EngineHarness, asset: AssetId): Promise<AssetState> {
  const [state] = await harness.ledger.loadStates([asset]);
  if (!state) throw new Error("no state");
  return state;
}

/** What the log can tell of a state. */
function essence({ asset, bindings, drifts }: AssetState): {
  readonly asset: object;
  readonly values: Readonly<Record<SourceId, Readonly<Record<string, Json>>>>;
  readonly drifts: readonly Drift[];
} {
  const { labels: _labels, ...rest } = asset;
  const values = bindings.map(({ fields, source }) => [
    source,
    Object.fromEntries(Object.entries(fields).flatMap(([key, it]) => (it.state === "value" ? [[key, it.value]] : []))),
  ]);
  return {
    asset: rest,
    values: Object.fromEntries(values) as Readonly<Record<SourceId, Readonly<Record<string, Json>>>>,
    drifts: drifts.toSorted((left, right) => (left.id < right.id ? -1 : 1)),
  };
}
