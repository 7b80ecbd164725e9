import type { NewChange } from "../../src/domain/change.ts";
import type { AssetId, IntentId, SourceId } from "../../src/domain/ids.ts";
import { sameJson } from "./elements.ts";
import type { Edit, System, Written } from "./system.ts";

export interface ToldGround {
  readonly systems: ReadonlyMap<SourceId, System>;
  /** The newest thing that an asset was bound to in the system. */
  readonly thingOf: (asset: AssetId | undefined, system: System) => string | undefined;
  /** Whether the log still knows the write of the asset's field, and has not told that it did not take place. */
  readonly isKnown: (intent: IntentId, asset: AssetId | undefined, key: string) => boolean;
  readonly say: (invariant: string, what: string) => void;
}

/**
 * Holds what the log tells of fields against what they were: an auditor who reads it must not be told what did not happen, nor
 * in another order, nor of anybody who did not do it.
 */
export class ToldOracle {
  readonly #ground: ToldGround;
  /** Then everything is seen for the first time again. */
  basesWereLost = false;
  /** How far into the values of a field the log has told. */
  readonly #upTo = new Map<string, number>();
  readonly #late = new Set<Written | undefined>();

  constructor(ground: ToldGround) {
    this.#ground = ground;
  }

  /** The gateway wrote this when the log had told of the write already: late, or doubled by the network. */
  landedLate({ key, thing }: Edit): void {
    this.#late.add(this.#ground.systems.get(thing.system)?.valuesOf(thing.id, key).at(-1));
  }

  /**
   * From one entry to the next the values that it names are found one after the other among those that the field had. Values
   * may be left out: nobody looked at that time.
   */
  check({ actor, after = null, asset, before, key, source }: NewChange): void {
    const { say, systems, thingOf } = this.#ground;
    const system = source && systems.get(source);
    const thing = system && thingOf(asset, system);
    if (!system || key === undefined || thing === undefined) return;
    const place = `${thing} ${key}`;
    const values = system.valuesOf(thing, key);
    let at = this.#upTo.get(place) ?? 0;
    for (const value of before === undefined ? [after] : [before, after]) {
      const next = values.findIndex((it, index) => index >= at && sameJson(it.value, value));
      if (next < 0) {
        const had = JSON.stringify(values.slice(at).map((it) => it.value));
        const what = `${key} of ${asset} is told to have become ${JSON.stringify(after)}`;
        return say("P4", `${what}, but it had been ${had} since what was told before`);
      }
      at = next;
    }
    this.#upTo.set(place, at);
    const written = values.slice(at).filter((it) => sameJson(it.value, after));
    if (!isAnybodys(system, thing) && actor.kind === "source" && written.every((it) => this.#isOwn(it, asset, key)))
      say("P3", `${key} of ${asset} is told as changed in ${source}, but it was the gateway that wrote it`);
  }

  /** Nobody is to be told of, or asked about, what the gateway itself wrote to a mirror as if it were somebody's. */
  checkForeign({ after = null, asset, detail, key, source }: NewChange): void {
    const { say, systems, thingOf } = this.#ground;
    const { kind } = detail as { readonly kind?: string };
    const system = source && systems.get(source);
    const thing = system && thingOf(asset, system);
    if (!system || key === undefined || thing === undefined || isAnybodys(system, thing)) return;
    if (kind !== "FOREIGN_WRITE" && kind !== "CONFLICT" && (kind !== "FIRST_SIGHT" || this.basesWereLost)) return;
    const written = system.valuesOf(thing, key).filter((it) => sameJson(it.value, after));
    if (written.length > 0 && written.every((it) => this.#isOwn(it, asset, key)))
      say("P3", `${key} of ${asset} in ${source} is told as ${kind}, but it was the gateway that wrote it`);
  }

  /**
   * Only of what it meant to write can the gateway say that it was itself. A system that writes whole aspects, and compares no
   * versions, puts beside it what it had read there, over what somebody wrote since: that looks as if somebody had put it back.
   * Nor of what it wrote for another asset: where a network doubles a creation, nobody asked for the second record. Nor of what takes
   * place once more after its outcome: somebody may have put it back just as well.
   */
  #isOwn(written: Written, asset: AssetId | undefined, key: string): boolean {
    const { writer } = written;
    return writer.by === "gateway" && !this.#late.has(written) && this.#ground.isKnown(writer.intent, asset, key);
  }
}

/**
 * A write that was taken in part shows something that nobody wanted: whose that is nobody can tell. Nor of what was renamed
 * meanwhile, where only a listing finds it again.
 */
function isAnybodys({ manners, things }: System, thing: string): boolean {
  return manners.leavesOut > 0 || manners.stepwise || (!manners.findsById && things.get(thing)?.renamed === true);
}
