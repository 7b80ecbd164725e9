import { join } from "node:path";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";
import { describeBacklog } from "../contract/ledger-backlog.ts";
import { describeLedgerContract } from "../contract/ledger-contract.ts";

describeLedgerContract("SQLite in memory", () => openSqliteLedger({ path: ":memory:" }));
describeBacklog("SQLite in memory", () => openSqliteLedger({ path: ":memory:" }));

describeLedgerContract("SQLite in a file", async () => {
  const folder = await temporaryFolder();
  const ledger = await openSqliteLedger({ path: join(folder.path, "ledger.sqlite") });
  return {
    ...ledger,
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
});
