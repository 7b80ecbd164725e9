import type { NewChange } from "../../src/domain/change.ts";
import type { IntentId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Commit } from "../../src/ports/ledger.ts";
import { marksOf, sameJson } from "./elements.ts";
import type { Edit, System, Thing } from "./system.ts";

export interface LandedGround {
  readonly systems: ReadonlyMap<SourceId, System>;
  /** Whether a process, or nobody yet, may say what became of the write: its lease has not ended. */
  readonly isLeased: (intent: IntentId) => boolean;
  readonly say: (invariant: string, what: string) => void;
}

interface Landed {
  readonly thing: Thing;
  readonly isInTime: boolean;
}

/**
 * P8: a write that took place before its lease had ended, and that nobody has touched since, is not told to have failed, however
 * late the system shows it.
 */
export class LandedOracle {
  readonly #ground: LandedGround;
  readonly #landed = new Map<IntentId, Map<string, Landed>>();
  readonly #takenOver = new Set<IntentId>();

  constructor(ground: LandedGround) {
    this.#ground = ground;
  }

  edited({ key, thing, writer }: Edit): void {
    if (writer.by !== "gateway") return;
    const landed = this.#landed.get(writer.intent) ?? new Map<string, Landed>();
    const isInTime = this.#ground.isLeased(writer.intent) && !this.#takenOver.has(writer.intent);
    landed.set(key, { thing, isInTime });
    this.#landed.set(writer.intent, landed);
  }

  /** Whoever looks has a lease of their own. What takes place while they do was late all the same: they may have looked before. */
  tookOver(intent: IntentId): void {
    this.#takenOver.add(intent);
  }

  committed({ changes = [] }: Commit): void {
    for (const it of changes) if (it.kind === "WRITE_FAILED" && it.intent !== undefined) this.#check(it, it.intent);
  }

  #check({ after = null }: NewChange, intent: IntentId): void {
    const landed = this.#landed.get(intent);
    const wanted = Object.entries((after ?? {}) as Record<string, Json>);
    if (!landed || wanted.length === 0) return;
    const stands = ([key, value]: readonly [string, Json]): boolean => {
      const it = landed.get(key);
      return it !== undefined && it.isInTime && this.#stands(it.thing, key, value, intent);
    };
    if (wanted.every(stands))
      this.#ground.say(
        "P8",
        `${intent} is logged as failed, but what it wrote stands in ${wanted.map(([it]) => it).join()}`,
      );
  }

  #stands(thing: Thing, key: string, value: Json, intent: IntentId): boolean {
    const system = this.#ground.systems.get(thing.system);
    // Under another name only a listing finds it again, and where somebody made another of its name that one is found.
    const isFound = system?.things.has(thing.id) === true && (system.manners.findsById || !thing.renamed);
    const isAlone = ![...(system?.things.values() ?? [])].some((it) => it !== thing && sameJson(it.name, thing.name));
    if (!isFound || !isAlone || this.#lastWriter(thing, key) !== intent) return false;
    const [held, wanted] = [system.valuesOf(thing.id, key).at(-1)?.value ?? null, value].map((it) => marksOf(key, it));
    return String(held) === String(wanted);
  }

  #lastWriter(thing: Thing, key: string): IntentId | undefined {
    const writer = this.#ground.systems.get(thing.system)?.valuesOf(thing.id, key).at(-1)?.writer;
    return writer?.by === "gateway" ? writer.intent : undefined;
  }
}
