import type { Column, NativeRef } from "../domain/asset.ts";
import type { Decided } from "../domain/decided.ts";
import { type FieldKey, fieldKindOf, isFieldOn, keyToPath, parseFieldKey } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import type { Reading } from "../domain/reading.ts";
import { type Agreed, type AgreedValue, type AssetState, isListed } from "../domain/state.ts";
import type { Part, Treaty } from "../treaty/decision.ts";
import { isCompared, valueOf } from "./field-case.ts";
import { EXISTENCE_KEY, findingOfExistence } from "./plan-existence.ts";
import { type Base, type FieldPlan, type Finding, planField } from "./plan-field.ts";
import { bindingOf, columnsOf, nativeName, type SourceFacts, type SourceTable, seenAt } from "./source-facts.ts";
import { type Ground, toFieldCase, toGround } from "./to-field-case.ts";

export type FieldWrites = ReadonlyMap<FieldKey, Exclude<Reading, { state: "unknown" }>>;

/** One write to one source: the wanted fields, what is believed to stand there, and by which rule. */
export interface PlannedWrite {
  readonly source: SourceId;
  readonly ref: NativeRef;
  readonly create: boolean;
  readonly purpose: "mirror" | "adopt";
  readonly fields: FieldWrites;
  readonly rules: ReadonlyMap<FieldKey, string>;
  /** Whose answer to a review it carries out, where it does. */
  readonly decided?: ReadonlyMap<FieldKey, Decided>;
  /** The bases once the mirror has taken it: by then the authority may hold something newer, and what was written is no foreign write. */
  readonly bases?: ReadonlyMap<FieldKey, AgreedValue>;
  /** What an authority takes over: from which mirror, and what that one held. */
  readonly adopted?: Adopted;
}

export interface Adopted {
  readonly mirror: SourceId;
  readonly held: ReadonlyMap<FieldKey, Json>;
}

export interface MirrorPlan {
  readonly mirror: SourceId;
  /** To authorities first (adopted values), then to the mirror. */
  readonly writes: readonly PlannedWrite[];
  /** Desired drift per field; fields that are not listed have none. */
  readonly findings: ReadonlyMap<FieldKey, Finding | "keep">;
  readonly fields: ReadonlyMap<FieldKey, FieldPlan>;
  /** The bases as far as both sides are known; undefined while nothing can be said of the mirror at all. */
  readonly agreed: Agreed | undefined;
  /** Nothing is to be done before this time (milliseconds since 1970): the asset is ephemeral. */
  readonly heldUntil: number | undefined;
  /** Sources whose readings the plan rests on. */
  readonly readsFrom: ReadonlySet<SourceId>;
}

/** What is to be done so that `mirror` carries what the treaty demands of this asset. Pure: no I/O, no clock. */
export function planMirror(
  treaty: Treaty,
  state: AssetState,
  sources: SourceTable,
  mirror: SourceId,
  now: number,
): MirrorPlan {
  const ground = toGround(treaty, state, sources, mirror);
  const nothing = {
    mirror,
    writes: [],
    findings: new Map(),
    fields: new Map(),
    agreed: undefined,
    heldUntil: undefined,
    readsFrom: new Set<SourceId>(),
  };
  if (!ground) return nothing;
  const heldUntil = treaty.ephemeralUntilMs(ground.facts, Date.parse(state.asset.createdAt));
  if (heldUntil !== undefined && heldUntil > now) return { ...nothing, heldUntil };
  const existence = findingOfExistence(ground);
  if (state.asset.state !== "ACTIVE" || existence !== null) {
    const kept = state.asset.state === "RETIRED" ? [] : keptFindings(state, mirror, existence === null);
    return {
      ...nothing,
      findings: new Map<FieldKey, Finding | "keep">([
        ...kept,
        ...(existence ? [[EXISTENCE_KEY, existence] as const] : []),
      ]),
    };
  }
  const fields = new Map<FieldKey, FieldPlan>();
  const readsFrom = new Set<SourceId>([mirror]);
  for (const key of keysOf(ground)) {
    const it = toFieldCase(ground, key);
    if (!it) continue;
    for (const part of it.parts) if (part.mirrored) readsFrom.add(part.part.rule.authority);
    fields.set(key, planField(it));
  }
  const findings = new Map([...fields].flatMap(([key, plan]) => (plan.finding ? [[key, plan.finding] as const] : [])));
  return {
    ...nothing,
    fields,
    findings,
    readsFrom,
    writes: writesOf(ground, fields),
    agreed: agreedOf(ground, fields),
  };
}

/** While an asset may be gone, or the mirror has lost it, nothing can be said of its fields: what is open stays open. */
function keptFindings(state: AssetState, mirror: SourceId, withExistence: boolean): readonly [FieldKey, "keep"][] {
  const open = state.drifts.filter((it) => it.source === mirror && (withExistence || it.key !== EXISTENCE_KEY));
  return open.map((it) => [it.key, "keep"]);
}

/** Every field that any source, base or drift knows of; column fields only of columns that are there, or have to be cleaned up. */
function keysOf({ state, mirror }: Ground): ReadonlySet<FieldKey> {
  const keys = new Set<FieldKey>();
  const agreed = state.agreed.find((it) => it.mirror === mirror.id);
  for (const { fields } of state.bindings) for (const key of Object.keys(fields)) keys.add(parseFieldKey(key));
  for (const key of Object.keys(agreed?.fields ?? {})) keys.add(parseFieldKey(key));
  for (const key of agreed?.none ?? []) keys.add(key);
  for (const drift of state.drifts) if (drift.source === mirror.id) keys.add(drift.key);
  for (const key of keys) if (!isFieldOn(state.asset.kind, fieldKindOf(key))) keys.delete(key);
  return keys;
}

/** What is not known of the mirror cannot have been agreed: then the bases stay as they are. */
function agreedOf(ground: Ground, fields: ReadonlyMap<FieldKey, FieldPlan>): Agreed | undefined {
  const { mirror, state } = ground;
  if (bindingOf(state, mirror.id)?.state !== "present" || mirror.mode === "pause" || mirror.unreadable)
    return undefined;
  const before = state.agreed.find((it) => it.mirror === mirror.id);
  const values: Record<FieldKey, AgreedValue> = { ...before?.fields };
  const none = new Set(before?.none);
  const lost = before?.lost === "all" ? fields.keys() : (before?.lost ?? []);
  const stillLost = [...lost].filter((key) => !fields.has(key) || fields.get(key)?.base === undefined);
  const columns = columnsOf(state);
  for (const [key, plan] of fields) {
    delete values[key];
    none.delete(key);
    if (plan.base === undefined) none.add(key);
    else {
      const agreed = toAgreed(ground, key, columns, { value: plan.base, compared: plan.compared });
      if (isListed(agreed)) values[key] = agreed;
    }
  }
  return {
    mirror: mirror.id,
    fields: values,
    none: [...none].sort(),
    under: ground.under,
    ...(stillLost.length > 0 ? { lost: stillLost.sort() } : {}),
  };
}

/** A base is with the authority of what no other part claims, and with the others that have been compared. */
export function toAgreed(
  { facts, mirror, treaty }: Ground,
  key: FieldKey,
  columns: readonly Column[],
  base: Base,
): AgreedValue {
  const parts = treaty.decide(facts, { key, path: keyToPath(key, columns), kind: fieldKindOf(key) });
  const { value, compared } = base;
  const authority = (parts.at(-1) as Part).rule.authority;
  const others = parts.filter(({ rule }) => rule.mirrors.includes(mirror.id) && rule.authority !== mirror.id);
  const comparedWith = new Set(compared);
  const isWhole = others.every((part) => isCompared({ part }, { comparedWith }));
  return { with: authority, value, ...(isWhole && (parts.length === 1 || value === null) ? {} : { compared }) };
}

function basesOf(ground: Ground, fields: ReadonlyMap<FieldKey, FieldPlan>): ReadonlyMap<FieldKey, AgreedValue> {
  const columns = columnsOf(ground.state);
  const written = [...fields].filter(([, plan]) => plan.mirrorWrite !== undefined);
  return new Map(
    written.flatMap(([key, { writtenBase: base }]) =>
      base === undefined ? [] : [[key, toAgreed(ground, key, columns, base)] as const],
    ),
  );
}

function toReading(value: Json): Exclude<Reading, { state: "unknown" }> {
  return value === null ? { state: "absent" } : { state: "value", value };
}

function writesOf(ground: Ground, fields: ReadonlyMap<FieldKey, FieldPlan>): readonly PlannedWrite[] {
  const wanted = new Map<SourceId, Map<FieldKey, Json>>();
  const put = (source: SourceId, key: FieldKey, value: Json): void => {
    wanted.set(source, (wanted.get(source) ?? new Map<FieldKey, Json>()).set(key, value));
  };
  for (const [key, plan] of fields) for (const [source, value] of plan.authorityWrites) put(source, key, value);
  for (const [key, plan] of fields) if (plan.mirrorWrite !== undefined) put(ground.mirror.id, key, plan.mirrorWrite);
  if (isMisnamed(ground) && !wanted.has(ground.mirror.id)) wanted.set(ground.mirror.id, new Map());
  return [...wanted].flatMap(([source, values]) => {
    const target = refIn(ground.state, ground.sources.get(source));
    if (!target || (target.create && !isProven(ground))) return [];
    const rules = new Map([...values.keys()].map((key) => [key, fields.get(key)?.rule ?? ""] as const));
    const decided = new Map([...values.keys()].flatMap((key) => decidedOf(key, source, fields.get(key))));
    const readings = new Map([...values].map(([key, value]) => [key, toReading(value)] as const));
    return [
      {
        source,
        ...target,
        ...(source === ground.mirror.id
          ? { purpose: "mirror" as const, bases: basesOf(ground, fields) }
          : { purpose: "adopt" as const, adopted: adoptedFrom(ground, values.keys()) }),
        fields: readings,
        rules,
        ...(decided.size > 0 && { decided }),
      },
    ];
  });
}

function adoptedFrom({ mirror, state }: Ground, keys: Iterable<FieldKey>): Adopted {
  const held = [...keys].map((key) => [key, valueOf(seenAt(state, mirror, key))] as const);
  return { mirror: mirror.id, held: new Map(held) };
}

function decidedOf(
  key: FieldKey,
  source: SourceId,
  plan: FieldPlan | undefined,
): readonly (readonly [FieldKey, Decided])[] {
  return plan?.decided?.at === source ? [[key, plan.decided.by]] : [];
}

/** Whether a record may be made of it elsewhere: a source that proves existence has it, or there is none that could. */
function isProven({ sources, state }: Ground): boolean {
  const proving = [...sources.values()].filter((it) => it.capabilities.provesExistence);
  return proving.length === 0 || proving.some((it) => bindingOf(state, it.id)?.state === "present");
}

/** The mirror still has the asset under the name that it had before a rename. */
function isMisnamed({ mirror, state }: Ground): boolean {
  const binding = bindingOf(state, mirror.id);
  if (!binding || binding.state === "missing" || !mirror.capabilities.followsNames || mirror.mode !== "enforce")
    return false;
  const name = nativeName(mirror, state.asset.name);
  return name !== undefined && !equalJson([...name], [...binding.ref.name]);
}

/** How `source` is to be told which asset is meant; undefined where it does not know it and cannot take it. */
export function refIn(
  state: AssetState,
  source: SourceFacts | undefined,
): { readonly ref: NativeRef; readonly create: boolean } | undefined {
  if (!source) return undefined;
  const binding = bindingOf(state, source.id);
  const name = nativeName(source, state.asset.name);
  if (binding?.state === "present") {
    const follows = source.capabilities.followsNames && name !== undefined;
    return { ref: follows ? { ...binding.ref, name } : binding.ref, create: false };
  }
  if (binding || !source.capabilities.createsAssets || !name) return undefined;
  return { ref: { kind: state.asset.kind, name, stableId: null }, create: true };
}
