import type { NativeRef } from "../../src/domain/asset.ts";
import { type FieldKey, fieldKindOf } from "../../src/domain/field.ts";
import type { IntentId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";
import type { Snapshot } from "../../src/domain/reading.ts";
import { marksOf, numberIn, sameJson } from "./elements.ts";
import { capabilityIn, type Manners } from "./manners.ts";
import type { Look, Shown, Visibility } from "./visibility.ts";

/** One asset as one system has it. */
export interface Thing {
  readonly id: string;
  readonly system: SourceId;
  name: readonly string[];
  readonly fields: Map<FieldKey, Json>;
  version: number;
  renamed: boolean;
}

export type Writer = { readonly by: "person" | "start" } | { readonly by: "gateway"; readonly intent: IntentId };

/** One value that changed in one system. */
export interface Edit {
  readonly thing: Thing;
  readonly key: FieldKey;
  readonly before: Json;
  readonly after: Json;
  readonly writer: Writer;
  /** Nobody wrote anything to the thing before: whoever writes this has made it. */
  readonly isFirst: boolean;
  /** Somebody else wrote the field between the look and the write, where the system cannot tell. */
  readonly raced: boolean;
}

/** One value that a field had, and who wrote it. */
export interface Written {
  readonly value: Json;
  readonly writer: Writer;
}

const NOTHING_YET: Written = { value: null, writer: { by: "start" } };

/** A server with its own truth: what it holds, what it ever held, and who may look on. */
export class System {
  readonly id: SourceId;
  readonly manners: Manners;
  readonly things = new Map<string, Thing>();
  readonly gone = new Set<string>();
  /** Listings lag: what was listed before the last change of names. */
  listed: { readonly until: number; readonly things: readonly { id: string; name: readonly string[] }[] } | undefined;
  readonly #held = new Map<string, Set<string>>();
  readonly #values = new Map<string, Written[]>();
  readonly #watch: (edit: Edit) => void;
  readonly #visibility: Visibility | undefined;
  #count = 0;

  /** @param visibility when what it takes is seen; not given: at once. */
  constructor(id: SourceId, manners: Manners, watch: (edit: Edit) => void, visibility?: Visibility) {
    this.id = id;
    this.manners = manners;
    this.#watch = watch;
    this.#visibility = visibility;
  }

  make(name: readonly string[], fields: Readonly<Record<string, Json>>, writer: Writer): Thing {
    this.#count += 1;
    const thing: Thing = {
      id: `${this.id}-${this.#count}`,
      system: this.id,
      name,
      fields: new Map(),
      version: 1,
      renamed: false,
    };
    this.things.set(thing.id, thing);
    for (const [key, value] of Object.entries(fields)) this.set(thing, key as FieldKey, value, writer);
    return thing;
  }

  drop(thing: Thing): void {
    this.things.delete(thing.id);
    this.gone.add(thing.id);
  }

  /** The newest where several bear the name. */
  named(name: readonly string[]): Thing | undefined {
    const text = JSON.stringify(name);
    return [...this.things.values()].findLast((it) => JSON.stringify(it.name) === text);
  }

  /** Whether it has a place for the field. */
  holds(key: string): boolean {
    return capabilityIn(this.manners, key) !== undefined;
  }

  holdsOne(key: string): boolean {
    return capabilityIn(this.manners, key)?.cardinality === "one";
  }

  /** Whether it says yes to a piece and then does not keep it. */
  leavesOut(key: string, mark: string): boolean {
    const { leavesOut } = this.manners;
    if (leavesOut === 0 || !["owners", "classifications", "domain"].includes(key)) return false;
    return numberIn(mark) % leavesOut === 0;
  }

  /** What it makes of a value that is to replace `before`. */
  kept(key: string, value: Json, before: Json): Json {
    const holds = capabilityIn(this.manners, key);
    if (!holds) return before;
    if (!Array.isArray(value)) return marksOf(key, value).some((it) => this.leavesOut(key, it)) ? before : value;
    const items = (value as { readonly [it: string]: Json }[]).filter(
      (it) => !marksOf(key, [it]).some((mark) => this.leavesOut(key, mark)),
    );
    const room = holds.cardinality === "one" ? items.slice(-1) : items;
    const kept = holds.omits.includes("role") ? room.map((it) => ({ ...it, role: null })) : room;
    return kept.length === 0 ? null : kept;
  }

  /** A record's name is part of what its version counts. */
  rename(thing: Thing, name: readonly string[]): void {
    if (sameJson([...thing.name], [...name])) return;
    thing.name = name;
    thing.version += 1;
  }

  set(thing: Thing, key: FieldKey, value: Json, writer: Writer, raced = false): void {
    const before = thing.fields.get(key) ?? null;
    const isFirst = thing.version === 1;
    if (value === null) thing.fields.delete(key);
    else thing.fields.set(key, value);
    thing.version += 1;
    const place = `${thing.id} ${key}`;
    const values = this.#values.get(place) ?? [NOTHING_YET];
    values.push({ value, writer });
    this.#values.set(place, values);
    this.#visibility?.changed(thing, key, value, writer.by === "start");
    const held = this.#heldOf(thing.id, key);
    for (const mark of marksOf(key, value)) held.add(mark);
    if (value === null) held.add("");
    this.#watch({ thing, key, before, after: value, writer, isFirst, raced });
  }

  /** Whether it has, or had, a thing of that id. */
  has(thing: string): boolean {
    return this.things.has(thing) || this.gone.has(thing);
  }

  /** All that a field of the thing ever held, in order; it begins with nothing. */
  valuesOf(thing: string, key: string): readonly Written[] {
    return this.#values.get(`${thing} ${key}`) ?? [NOTHING_YET];
  }

  /** Whether the thing ever held this piece; "" for nothing at all. */
  everHeld(thing: string, key: string, mark: string): boolean {
    const held = this.#held.get(`${thing} ${key}`);
    return mark === "" ? true : held?.has(mark) === true;
  }

  everHeldAnywhere(key: string, mark: string): boolean {
    return [...this.#held].some(([place, marks]) => place.endsWith(` ${key}`) && marks.has(mark));
  }

  #heldOf(thing: string, key: string): Set<string> {
    const held = this.#held.get(`${thing} ${key}`) ?? new Set<string>();
    this.#held.set(`${thing} ${key}`, held);
    return held;
  }

  /** What it shows of a thing by now. */
  shown(thing: Thing, look: Look = "read"): Shown {
    return this.#visibility?.shown(thing, look) ?? thing;
  }

  /** As its adapter tells it. */
  snapshot(thing: Thing, look: Look = "read"): Snapshot {
    const { hasVersions, isUntidy } = this.manners;
    const value = (key: FieldKey, it: Json): Json => (isUntidy ? tidied(key, untidied(it)) : it);
    const { fields: shown, version } = this.shown(thing, look);
    const fields = Object.fromEntries(
      [...shown].map(([key, it]) => [key, { state: "value" as const, value: value(key, it) }]),
    );
    return { ref: refOf(thing), version: hasVersions ? String(version) : null, fields, labels: {} };
  }
}

export function refOf(thing: Thing): NativeRef {
  return { kind: "TABLE", name: thing.name, stableId: thing.id };
}

/** Another form of the same value: padded texts, lists the other way round, names alone. */
function untidied(value: Json): unknown {
  if (typeof value === "string") return ` ${value}\n`;
  if (!Array.isArray(value)) return value;
  return (value as { readonly [it: string]: Json }[])
    .map((it) => (it["role"] === null || it["value"] === null ? String(it["principal"] ?? it["name"]) : it))
    .reverse();
}

function tidied(key: FieldKey, value: unknown): Json {
  const normal = normalise(fieldKindOf(key), value);
  if (!normal.ok) throw new Error(`${key}: ${normal.error}`);
  return normal.value;
}
