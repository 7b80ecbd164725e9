import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { assetId, change, newAsset } from "./ledger-fixtures.ts";

// Run as a process of its own: commits one asset and entry after the other, and says the position of each that is acknowledged.
const ledger = await openSqliteLedger({ path: process.argv[2] ?? "" });
for (let position = (await ledger.head()) + 1; ; position++) {
  const result = await ledger.commit({ assets: [newAsset(position)], changes: [change({ asset: assetId(position) })] });
  if (!result.ok) throw new Error(JSON.stringify(result));
  process.stdout.write(`${result.head}\n`);
}
