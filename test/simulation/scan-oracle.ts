import type { SourceId } from "../../src/domain/ids.ts";
import type { SourceRecord } from "../../src/ports/ledger.ts";

/** What the gateway concludes from listings: which of them were whole (P9), and by whom (P11). */
export class ScanOracle {
  readonly #say: (invariant: string, what: string) => void;
  /** How the newest listing that a process got of a source ended. */
  readonly #listings = new Map<string, boolean>();
  /** Who got a lease last. */
  readonly #holders = new Map<string, string>();
  readonly #scans = new Map<SourceId, number>();

  constructor(say: (invariant: string, what: string) => void) {
    this.#say = say;
  }

  forget(): void {
    this.#holders.clear();
    this.#scans.clear();
  }

  listed(process: string, source: SourceId, isWhole: boolean): void {
    this.#listings.set(`${process} ${source}`, isWhole);
  }

  leased(name: string, process: string): void {
    this.#holders.set(name, process);
  }

  committed({ id, lastScan, scans = 0 }: SourceRecord, process: string): void {
    const isComplete = (lastScan as { readonly complete?: boolean } | undefined)?.complete === true;
    if (isComplete && this.#listings.get(`${process} ${id}`) === false)
      this.#say("P9", `a listing of ${id} that broke off was called complete`);
    const holder = this.#holders.get(`scan:${id}`);
    if (scans > (this.#scans.get(id) ?? 0) && holder !== undefined && holder !== process)
      this.#say("P11", `${process} concluded a scan of ${id} that ${holder} had taken over`);
    this.#scans.set(id, scans);
  }
}
