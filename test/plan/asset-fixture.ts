import { ASSET_KINDS, type AssetKind, type Column } from "../../src/domain/asset.ts";
import type { Drift } from "../../src/domain/drift.ts";
import { FIELD_KINDS, type FieldKey, isFieldOn, parseFieldKey, plainKey } from "../../src/domain/field.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Reading, Snapshot } from "../../src/domain/reading.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { discover, type Observed, observe, type Sight } from "../../src/plan/observe.ts";
import { type MirrorPlan, planMirror } from "../../src/plan/plan-mirror.ts";
import type { SourceFacts, SourceTable } from "../../src/plan/source-facts.ts";
import type { SourceCapabilities } from "../../src/ports/source.ts";
import type { CompiledTreaty } from "../../src/treaty/compile.ts";
import type { RuleText } from "../../src/treaty/treaty-text.ts";
import { CATALOG, compile, LAKEHOUSE } from "../treaty/treaty-fixture.ts";

export { CATALOG, LAKEHOUSE };
export const ASSET = "asset:01J00000000000000000000000" as AssetId;

/** Tags `ops.*`, descriptions and the schema are the lakehouse's, everything else the catalog's; both mirror each other. */
export const RULES: readonly RuleText[] = [
  { name: "governance", fields: ["*"], authority: "catalog", mirrors: ["lakehouse"], mode: "enforce", onForeignWrite: "revert", onConflict: "authority", onFirstSight: "union" },
  { name: "texts", fields: ["description", "columns.*.description"], authority: "lakehouse", mirrors: ["catalog"], mode: "enforce", onForeignWrite: "revert", onConflict: "authority", onFirstSight: "union" },
  { name: "ops", fields: ["classifications"], elements: ["ops.*"], authority: "lakehouse", mirrors: ["catalog"], mode: "enforce", onForeignWrite: "revert", onConflict: "authority", onFirstSight: "union" },
]; // biome-ignore format: one glance

export function treatyOf(change: Partial<RuleText> = {}, rest: Parameters<typeof compile>[1] = {}): CompiledTreaty {
  return compile(
    RULES.map((it) => ({ ...it, ...change })),
    rest,
  );
}

export function facts(
  id: SourceId,
  change: Partial<SourceFacts> = {},
  capabilities: Partial<SourceCapabilities> = {},
): SourceFacts {
  const isCatalog = id === CATALOG;
  return {
    id,
    role: isCatalog ? "catalog" : "lakehouse",
    mode: "enforce",
    prefix: [],
    capabilities: {
      fields: FIELD_KINDS.map((field) => ({
        field,
        kinds: ASSET_KINDS.filter((kind) => isFieldOn(kind, field)),
        write: field !== "schema",
        cardinality: "many",
        omits: !isCatalog && field === "owners" ? ["role"] : [],
      })),
      conditionalWrite: isCatalog,
      createsAssets: isCatalog,
      followsNames: isCatalog,
      provesExistence: !isCatalog,
      ...capabilities,
    },
    ...change,
  };
}

export function table(...changed: readonly SourceFacts[]): SourceTable {
  return new Map([facts(CATALOG), facts(LAKEHOUSE), ...changed].map((it) => [it.id, it]));
}

/** Fields by key; null is left out, `{ unknown }` cannot be read, `{ malformed }` is no value. */
export type Contents = Readonly<Record<string, Json | { readonly unknown: string } | { readonly malformed: string }>>;

export function snapshot(
  fields: Contents = {},
  change: {
    readonly name?: readonly string[];
    readonly stableId?: string | null;
    readonly kind?: AssetKind;
    readonly version?: string;
    readonly columns?: readonly Column[];
    readonly labels?: Record<string, string>;
  } = {},
): Snapshot {
  const readings: Record<FieldKey, Reading> = {};
  for (const [key, value] of Object.entries(fields))
    if (value !== null) readings[parseFieldKey(key)] = toReading(value);
  if (change.columns)
    readings[plainKey("schema")] = { state: "value", value: { columns: change.columns.map((it) => ({ ...it })) } };
  return {
    ref: {
      kind: change.kind ?? "TABLE",
      name: change.name ?? ["sales", "orders"],
      stableId: change.stableId === undefined ? "uuid-1" : change.stableId,
    },
    version: change.version ?? "v1",
    labels: change.labels ?? {},
    fields: readings,
  };
}

function toReading(value: Contents[string]): Reading {
  if (typeof value === "object" && value !== null && "unknown" in value)
    return { state: "unknown", reason: String(value["unknown"]) };
  if (typeof value === "object" && value !== null && "malformed" in value)
    return { state: "value", value: String(value["malformed"]), malformed: true };
  return { state: "value", value: value as Json };
}

/** One asset through its observations: each step is one read, one log position after the other. */
export class History {
  readonly treaty: CompiledTreaty;
  sources: SourceTable;
  state: AssetState;
  #position = 0;

  constructor(
    first: Snapshot,
    treaty: CompiledTreaty = treatyOf(),
    sources: SourceTable = table(),
    source: SourceId = LAKEHOUSE,
  ) {
    this.treaty = treaty;
    this.sources = sources;
    const found = discover(this, this.factsOf(source), first, this.sight(), ASSET);
    this.state = { ...found.state, revision: 1 };
  }

  factsOf(source: SourceId): SourceFacts {
    const it = this.sources.get(source);
    if (!it) throw new Error(`no ${source}`);
    return it;
  }

  /** The next moment, or the one `back` moments ago. */
  sight(back = 0): Sight {
    this.#position += 1;
    const at = this.#position - back;
    return { at: new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString(), from: at, to: at };
  }

  look(source: SourceId, seen: Snapshot, back = 0): Observed {
    const observed = observe(this, this.state, this.factsOf(source), seen, this.sight(back));
    this.state = observed.state;
    return observed;
  }

  plan(mirror: SourceId, now = Date.UTC(2026, 0, 2)): MirrorPlan {
    return planMirror(this.treaty, this.state, this.sources, mirror, now);
  }

  /** Keeps what the plan says was agreed. */
  agree(...mirrors: readonly SourceId[]): this {
    for (const mirror of mirrors) {
      const { agreed } = this.plan(mirror);
      if (agreed)
        this.state = { ...this.state, agreed: [...this.state.agreed.filter((it) => it.mirror !== mirror), agreed] };
    }
    return this;
  }

  with(change: Partial<AssetState>): this {
    this.state = { ...this.state, ...change };
    return this;
  }
}

/** Both sources hold the same, and have been compared. */
export function atRest(fields: Contents, treaty: CompiledTreaty = treatyOf()): History {
  const history = new History(snapshot(fields), treaty);
  history.look(CATALOG, snapshot(fields, { stableId: "record-1" }));
  return history.agree(CATALOG, LAKEHOUSE);
}

export function openDrift(change: Partial<Drift>): Drift {
  return {
    id: "drift:01J00000000000000000000001" as Drift["id"],
    kind: "FOREIGN_WRITE",
    asset: ASSET,
    key: plainKey("domain"),
    path: "domain" as Drift["path"],
    authority: CATALOG,
    source: LAKEHOUSE,
    wanted: "sales",
    found: "finance",
    state: "OPEN",
    rule: "governance",
    openedAt: "2026-01-01T00:00:00.000Z",
    ...change,
  };
}
