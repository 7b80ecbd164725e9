import type { WorkItem } from "../../src/ports/ledger.ts";
import type { Coverage } from "./coverage.ts";

type Held = Pick<WorkItem, "asset" | "source" | "token">;

/** P11: what is to be looked at is completed by nobody whose lease another one has taken over since. */
export class WorkOracle {
  readonly #coverage: Coverage;
  readonly #say: (invariant: string, what: string) => void;
  readonly #claimed = new Set<string>();
  /** Of the newest lease. */
  readonly #tokens = new Map<string, number>();

  constructor(coverage: Coverage, say: (invariant: string, what: string) => void) {
    this.#coverage = coverage;
    this.#say = say;
  }

  /** A ledger that is put back counts its leases from an earlier number. */
  forget(): void {
    this.#tokens.clear();
  }

  claimed(items: readonly Held[]): void {
    for (const it of items) if (this.#claimed.has(placeOf(it))) this.#coverage.count("a lease was taken over");
    for (const it of items) {
      this.#claimed.add(placeOf(it));
      this.#tokens.set(placeOf(it), it.token);
    }
  }

  postponed(item: Held): void {
    this.#claimed.delete(placeOf(item));
  }

  completed(items: readonly Held[]): void {
    for (const it of items) {
      this.#claimed.delete(placeOf(it));
      const newest = this.#tokens.get(placeOf(it));
      if (newest !== undefined && newest !== it.token)
        this.#say("P11", `work of ${it.asset} was completed after its lease was lost`);
    }
  }
}

function placeOf({ asset, source }: Held): string {
  return `${asset} ${source}`;
}
