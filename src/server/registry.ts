import type { SourceId } from "../domain/ids.ts";
import type { SourceFacts, SourceTable } from "../plan/source-facts.ts";
import type { Failing, SourceRegistry } from "../ports/engine.ts";
import { type Ledger, type SourceRecord, TREATY_SETTING } from "../ports/ledger.ts";
import type { Source } from "../ports/source.ts";
import type { Mode } from "../treaty/decision.ts";

export interface RegisteredSource {
  readonly source: Source;
  /** As the config file says; the ledger's holds where it has one. */
  readonly initialMode: Mode;
  readonly prefix: readonly string[];
  /** Why nothing can be had from it for now. */
  readonly failing?: () => Failing | undefined;
}

/** The connected sources with their records. Facts are put together anew only when something changed. */
export class Registry implements SourceRegistry {
  readonly #ledger: Ledger;
  readonly #entries: ReadonlyMap<SourceId, RegisteredSource>;
  #records: ReadonlyMap<SourceId, SourceRecord> = new Map();
  #treaty: string | undefined;
  #looks = 0;
  #newest = 0;
  #table: { readonly facts: SourceTable; readonly capabilities: readonly unknown[] } | undefined;

  private constructor(ledger: Ledger, entries: readonly RegisteredSource[]) {
    this.#ledger = ledger;
    this.#entries = new Map(entries.map((it) => [it.source.id, it]));
  }

  /** Makes a record for every source that has none. */
  static async open(ledger: Ledger, entries: readonly RegisteredSource[]): Promise<Registry> {
    const registry = new Registry(ledger, entries);
    while (!(await makeRecords(ledger, entries))); // another process that starts may have been quicker with some of them
    await registry.refresh();
    return registry;
  }

  get ids(): readonly SourceId[] {
    return [...this.#entries.keys()];
  }

  get(id: SourceId): Source | undefined {
    return this.#entries.get(id)?.source;
  }

  record(id: SourceId): SourceRecord {
    return this.#records.get(id) ?? newRecord(id, this.#entries.get(id)?.initialMode ?? "observe");
  }

  table(): SourceTable {
    const capabilities = [...this.#entries.values()].map((it) => it.source.capabilities);
    if (this.#table?.capabilities.every((it, index) => it === capabilities[index])) return this.#table.facts;
    const facts = new Map([...this.#entries.values()].map((it) => [it.source.id, this.#factsOf(it)]));
    this.#table = { facts, capabilities };
    return facts;
  }

  failing(id: SourceId): Failing | undefined {
    return this.#entries.get(id)?.failing?.();
  }

  revisions(): Readonly<Record<SourceId, number>> {
    return Object.fromEntries(this.ids.map((id) => [id, this.record(id).revision]));
  }

  treatyInForce(): string | undefined {
    return this.#treaty;
  }

  async refresh(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const [records, treaty] = await Promise.all([this.#ledger.readSources(), this.#ledger.readSetting(TREATY_SETTING)]);
    if (look < this.#newest) return; // answered later than one that began after it
    this.#newest = look;
    this.#treaty = typeof treaty === "string" ? treaty : undefined;
    this.#records = new Map(records.map((it) => [it.id, it]));
    this.#table = undefined;
  }

  #factsOf({ prefix, source }: RegisteredSource): SourceFacts {
    const { lastCompleteScanAt, mode } = this.record(source.id);
    const scanned = lastCompleteScanAt === undefined ? {} : { lastCompleteScanAt };
    return { id: source.id, role: source.role, capabilities: source.capabilities, mode, prefix, ...scanned };
  }
}

async function makeRecords(ledger: Ledger, entries: readonly RegisteredSource[]): Promise<boolean> {
  const known = new Set((await ledger.readSources()).map((it) => it.id));
  const fresh = entries.filter((it) => !known.has(it.source.id)).map((it) => newRecord(it.source.id, it.initialMode));
  return fresh.length === 0 || (await ledger.commit({ sources: fresh })).ok;
}

function newRecord(id: SourceId, mode: Mode): SourceRecord {
  return { id, revision: 0, mode, completeScans: 0 };
}
