import { describe } from "vitest";
import type { Ledger } from "../../src/ports/ledger.ts";
import { describeAssetLists } from "./ledger-asset-lists.ts";
import { describeChangeLists } from "./ledger-change-lists.ts";
import { describeCommits } from "./ledger-commits.ts";
import { describeGuards } from "./ledger-guards.ts";
import { describeLog } from "./ledger-log.ts";
import { describeLookups } from "./ledger-lookups.ts";
import { describeRefusals } from "./ledger-refusals.ts";
import { describeTogether } from "./ledger-together.ts";
import { describeWork } from "./ledger-work.ts";

/** Opens a ledger with nothing in it. */
export type OpenLedger = () => Promise<Ledger>;

/** What callers of the ledger may rely on, whatever the engine below it. */
export function describeLedgerContract(name: string, open: OpenLedger): void {
  describe(`Ledger contract: ${name}`, () => {
    describeCommits(open);
    describeRefusals(open);
    describeTogether(open);
    describeLookups(open);
    describeWork(open);
    describeGuards(open);
    describeLog(open);
    describeAssetLists(open);
    describeChangeLists(open);
  });
}
