import type { SourceId } from "../../src/domain/ids.ts";
import type { Difference } from "./elements.ts";

/** Which pieces were taken away where, and which of them by a person; and when they first came there. */
export class RemovedPieces {
  readonly #ever = new Set<string>();
  readonly #byPerson = new Set<string>();
  readonly #cameAt = new Map<string, number>();
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
