import type { FieldKey } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import type { RandomStream } from "./random-stream.ts";

/** Who looks: what a read shows is never older than what a listing shows. */
export type Look = "read" | "list";

export interface Shown {
  readonly fields: ReadonlyMap<FieldKey, Json>;
  readonly version: number;
}

/** One thing as it stands, for those who see it at once. */
interface Standing extends Shown {
  readonly id: string;
}

interface Change {
  readonly key: FieldKey;
  readonly value: Json;
  readonly version: number;
  readonly at: Readonly<Record<Look, number>>;
}

interface View {
  readonly fields: Map<FieldKey, Json>;
  version: number;
  /** Changes that it shows. */
  upTo: number;
}

interface Late {
  readonly changes: Change[];
  readonly views: Readonly<Record<Look, View>>;
}

/** When what a system took comes to be seen: one change after the other, each within a time; in listings later than by reading. */
export class Visibility {
  readonly #withinMs: number;
  readonly #random: RandomStream;
  readonly #now: () => number;
  readonly #things = new Map<string, Late>();

  constructor(withinMs: number, random: RandomStream, now: () => number) {
    this.#withinMs = withinMs;
    this.#random = random;
    this.#now = now;
  }

  /** @param isOld it stood there before anybody looked. */
  changed({ id, version }: Standing, key: FieldKey, value: Json, isOld: boolean): void {
    if (this.#withinMs === 0) return;
    const { changes } = this.#of(id);
    const last = changes.at(-1)?.at ?? { read: 0, list: 0 };
    const read = Math.max(last.read, this.#now() + (isOld ? 0 : this.#delay()));
    const list = Math.max(last.list, read, this.#now() + (isOld ? 0 : this.#delay()));
    changes.push({ key, value, version, at: { read, list } });
  }

  shown(thing: Standing, look: Look): Shown {
    if (this.#withinMs === 0) return thing;
    const { changes, views } = this.#of(thing.id);
    const view = views[look];
    for (let it = changes[view.upTo]; it && it.at[look] <= this.#now(); it = changes[view.upTo]) {
      if (it.value === null) view.fields.delete(it.key);
      else view.fields.set(it.key, it.value);
      view.version = it.version;
      view.upTo += 1;
    }
    return view;
  }

  #delay(): number {
    return this.#random.chance(0.3) ? 0 : this.#random.int(0, this.#withinMs);
  }

  #of(id: string): Late {
    const view = (): View => ({ fields: new Map(), version: 1, upTo: 0 });
    const late = this.#things.get(id) ?? { changes: [], views: { read: view(), list: view() } };
    this.#things.set(id, late);
    return late;
  }
}
