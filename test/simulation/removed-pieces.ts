import type { SourceId } from "../../src/domain/ids.ts";
import type { Difference } from "./elements.ts";

/** Which pieces were taken away where, and which of them by a person. */
export class RemovedPieces {
  readonly #ever = new Set<string>();
  readonly #byPerson = new Set<string>();

  note(system: SourceId, { added, removed }: Difference, byPerson: boolean): void {
    for (const mark of added) this.#byPerson.delete(`${system} ${mark}`);
    for (const mark of removed) {
      this.#ever.add(`${system} ${mark}`);
      if (byPerson) this.#byPerson.add(`${system} ${mark}`);
    }
  }

  has(system: SourceId, mark: string): boolean {
    return this.#ever.has(`${system} ${mark}`);
  }

  /** A person took it away there, and it has not come back. */
  byPerson(system: SourceId, mark: string): boolean {
    return this.#byPerson.has(`${system} ${mark}`);
  }
}
