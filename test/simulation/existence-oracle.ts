import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import { LAKE } from "./scenario.ts";
import type { System } from "./system.ts";

export interface ExistenceGround {
  readonly systems: ReadonlyMap<SourceId, System>;
  /** All that an asset was ever bound to. */
  readonly thingsOf: (asset: AssetId) => readonly string[];
  readonly say: (invariant: string, what: string) => void;
}

/** What the gateway takes to be missing, or gone, is held against what is there (P9). */
export class ExistenceOracle {
  readonly #ground: ExistenceGround;
  /** Grace periods are told by the clock: once it has jumped, a renamed table can be missed too often too soon. */
  clockJumped = false;
  /** Listings can lack something and be called complete. */
  listingsLie = false;

  constructor(ground: ExistenceGround) {
    this.#ground = ground;
  }

  /** What stands in its place under the name that it always had can be asked for, whatever a listing lacks. */
  suspected(asset: AssetId): void {
    const { say, systems, thingsOf } = this.#ground;
    const things = thingsOf(asset).flatMap((it) => systems.get(LAKE)?.things.get(it) ?? []);
    const held = things.find((it) => !it.renamed);
    if (held) say("P9", `${asset} was suspected, but ${held.id} is there`);
  }

  retired(asset: AssetId): void {
    const { say, systems, thingsOf } = this.#ground;
    const lake = systems.get(LAKE);
    const held = lake && thingsOf(asset).find((it) => lake.things.has(it) && !this.#isHidden(lake, it));
    if (held !== undefined && !this.clockJumped) say("P9", `${asset} was retired, but ${held} is there`);
  }

  /** Under a new name only a listing tells of it, and listings that call themselves complete and are not can leave it out again and again. */
  #isHidden(system: System, thing: string): boolean {
    return this.listingsLie && system.things.get(thing)?.renamed === true;
  }
}
