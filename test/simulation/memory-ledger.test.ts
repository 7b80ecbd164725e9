import { describe } from "vitest";
import { describeCommits } from "../contract/ledger-commits.ts";
import { describeGuards } from "../contract/ledger-guards.ts";
import { describeLookups } from "../contract/ledger-lookups.ts";
import { describeRefusals } from "../contract/ledger-refusals.ts";
import { describeWork } from "../contract/ledger-work.ts";
import { MemoryLedger } from "./memory-ledger.ts";

const open = async (): Promise<MemoryLedger> => new MemoryLedger();

describe("Ledger contract, as far as the engine relies on it: in memory", () => {
  describeCommits(open);
  describeRefusals(open);
  describeLookups(open);
  describeWork(open);
  describeGuards(open);
});
