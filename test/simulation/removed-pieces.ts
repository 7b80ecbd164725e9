import type { SourceId } from "../../src/domain/ids.ts";
import type { Difference } from "./elements.ts";

/** Which pieces were taken away where, and which of them by a person; and when they first came there. */
export class RemovedPieces {
  readonly #ever = new Set<string>();
  readonly #byPerson = new Set<string>();
  readonly #cameAt = new Map<string, number>();
  readonly #putBack = new Set<string>();
  #now = 0;

  /** The so-manyth change of the history. */
  get now(): number {
    return this.#now;
  }

  note(system: SourceId, { added, removed }: Difference, byPerson: boolean): void {
    this.#now += 1;
    for (const mark of added) {
      const piece = `${system} ${mark}`;
      this.#byPerson.delete(piece);
      if (!this.#cameAt.has(piece)) this.#cameAt.set(piece, this.#now);
    }
    for (const mark of removed) {
      this.#ever.add(`${system} ${mark}`);
      if (byPerson) this.#byPerson.add(`${system} ${mark}`);
    }
  }

  /**
   * A system, beside what it was to write, puts older pieces back in the place of newer ones that it had not shown yet: once it shows
   * first those and then these, nothing tells that from somebody who wants the older ones again.
   */
  putBack(system: SourceId, marks: readonly string[]): void {
    for (const mark of marks) this.#putBack.add(`${system} ${mark}`);
  }

  wasPutBack(systems: readonly SourceId[], mark: string): boolean {
    return systems.some((it) => this.#putBack.has(`${it} ${mark}`));
  }

  has(system: SourceId, mark: string): boolean {
    return this.#ever.has(`${system} ${mark}`);
  }

  cameAfter(system: SourceId, mark: string, moment: number): boolean {
    return (this.#cameAt.get(`${system} ${mark}`) ?? 0) > moment;
  }

  /** A person took it away there, and it has not come back. */
  byPerson(system: SourceId, mark: string): boolean {
    return this.#byPerson.has(`${system} ${mark}`);
  }
}
