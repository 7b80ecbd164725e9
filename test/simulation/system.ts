import type { NativeRef } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { IntentId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Snapshot } from "../../src/domain/reading.ts";
import { marksOf } from "./elements.ts";

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
  readonly things = new Map<string, Thing>();
  readonly gone = new Set<string>();
  /** Listings lag: what was listed before the last change of names. */
  listed: { readonly until: number; readonly things: readonly { id: string; name: readonly string[] }[] } | undefined;
  readonly #held = new Map<string, Set<string>>();
  readonly #values = new Map<string, Written[]>();
  readonly #watch: (edit: Edit) => void;
  #count = 0;

  constructor(id: SourceId, watch: (edit: Edit) => void) {
    this.id = id;
    this.#watch = watch;
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

  set(thing: Thing, key: FieldKey, value: Json, writer: Writer, raced = false): void {
    const before = thing.fields.get(key) ?? null;
    if (value === null) thing.fields.delete(key);
    else thing.fields.set(key, value);
    thing.version += 1;
    const place = `${thing.id} ${key}`;
    const values = this.#values.get(place) ?? [NOTHING_YET];
    values.push({ value, writer });
    this.#values.set(place, values);
    const held = this.#heldOf(thing.id, key);
    for (const mark of marksOf(key, value)) held.add(mark);
    if (value === null) held.add("");
    this.#watch({ thing, key, before, after: value, writer, raced });
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
}

export function refOf(thing: Thing): NativeRef {
  return { kind: "TABLE", name: thing.name, stableId: thing.id };
}

export function snapshotOf(thing: Thing, hasVersion: boolean): Snapshot {
  const fields = Object.fromEntries([...thing.fields].map(([key, value]) => [key, { state: "value" as const, value }]));
  return { ref: refOf(thing), version: hasVersion ? String(thing.version) : null, fields, labels: {} };
}
