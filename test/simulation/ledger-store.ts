import type { AssetId } from "../../src/domain/ids.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { MemoryLedger } from "./memory-ledger.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { Lane, Scheduler } from "./scheduler.ts";

/** Where a history keeps its ledger. What takes real time is told to the scheduler, so that no simulated time passes meanwhile. */
export interface LedgerStore extends AsyncDisposable {
  /** What it holds now, to look at. */
  readonly tables: MemoryTables;
  /** As one process has it open, until its lane dies. */
  open(lane: Lane): Ledger;
  /** A copy of all that it holds, to be put back with what it gives. */
  backup(): () => void;
  /** The bases of an asset are gone, and nobody is told; who decides by them just now cannot record it. */
  loseBases(asset: AssetId): void;
}

/** What a store of one history is given. */
export interface StoreParts {
  readonly scheduler: Scheduler;
  /** Told of every answer that is not what it should be. */
  readonly say: (invariant: string, what: string) => void;
}

/** Makes the store of each history of a run, one after the other. */
export interface Stores extends AsyncDisposable {
  next(parts: StoreParts): LedgerStore;
}

export class MemoryStore implements LedgerStore {
  readonly ledger = new MemoryLedger();

  get tables(): MemoryTables {
    return this.ledger.tables;
  }

  open(): Ledger {
    return this.ledger;
  }

  backup(): () => void {
    const copy = this.ledger.backup();
    return () => this.ledger.restore(copy);
  }

  loseBases(asset: AssetId): void {
    const row = this.tables.assets.get(asset);
    if (!row) return;
    const state = { ...row.state, agreed: [], revision: row.state.revision + 1 };
    this.tables.assets.set(asset, { ...row, state });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
