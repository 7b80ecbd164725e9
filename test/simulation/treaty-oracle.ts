import type { Json } from "../../src/domain/json.ts";
import type { Commit } from "../../src/ports/ledger.ts";

/** Only who has the treaty that was put into force last writes anything, and concludes anything. */
export class TreatyOracle {
  readonly #say: (invariant: string, what: string) => void;
  #inForce: Json | undefined;

  constructor(say: (invariant: string, what: string) => void) {
    this.#say = say;
  }

  /** The ledger is another one. */
  restart(inForce: Json | undefined): void {
    this.#inForce = inForce;
  }

  /**
   * Called with every commit, right after it was made.
   *
   * @param treaty hash of the one that the process has.
   */
  committed(commit: Commit, treaty: string, process: string): void {
    const concludes = [commit.openIntents, commit.completed, commit.assets].some((it) => it && it.length > 0);
    if (concludes && this.#inForce !== treaty)
      this.#say("treaty", `${process} committed by ${treaty.slice(0, 8)}, when another treaty was in force`);
    for (const it of commit.changes ?? []) if (it.kind === "TREATY_CHANGED") this.#inForce = it.after;
  }
}
