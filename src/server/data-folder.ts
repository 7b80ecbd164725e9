import { join } from "node:path";

/** Where each part keeps its file in the data folder. `concordat start --reset` deletes these and nothing else. */
export interface DataFiles {
  /** Holds the embedded governance catalog too. */
  readonly ledger: string;
  readonly sandbox: string;
  /** What is remembered of the ledger outside of it: see `witness.ts`. */
  readonly witness: string;
}

export function dataFiles(folder: string): DataFiles {
  return {
    ledger: join(folder, "ledger.sqlite"),
    sandbox: join(folder, "sandbox.json"),
    witness: join(folder, "ledger.witness.json"),
  };
}

/** What SQLite and an atomic rename leave beside such a file belongs to it. */
const OWN_FILE = /^(ledger\.sqlite(-wal|-shm|-journal)?|(sandbox|ledger\.witness)\.json(\.tmp)?)$/;

/** Whether a file of this name in the data folder is Concordat's own. */
export function isOwnFile(name: string): boolean {
  return OWN_FILE.test(name);
}
