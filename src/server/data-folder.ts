import { join } from "node:path";

/** Where each part keeps its file in the data folder. `concordat start --reset` deletes these and nothing else. */
export interface DataFiles {
  readonly ledger: string;
  /** The embedded governance catalog, where it does not stand in the ledger's database. */
  readonly catalog: string;
  readonly sandbox: string;
}

export function dataFiles(folder: string): DataFiles {
  return {
    ledger: join(folder, "ledger.sqlite"),
    catalog: join(folder, "catalog.sqlite"),
    sandbox: join(folder, "sandbox.sqlite"),
  };
}

/** What SQLite and an atomic rename leave beside such a file belongs to it. */
const OWN_FILE = /^(ledger|catalog|sandbox)\.(sqlite|json)(-wal|-shm|-journal|\.lock|\.tmp)?$/;

/** Whether a file of this name in the data folder is Concordat's own. */
export function isOwnFile(name: string): boolean {
  return OWN_FILE.test(name);
}
