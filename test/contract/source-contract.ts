import { describe } from "vitest";
import type { SourceHarness } from "./source-harness.ts";
import { describeReads } from "./source-reads.ts";
import { describeScans } from "./source-scans.ts";
import { describeWrites } from "./source-writes.ts";

/** The one suite that every implementation of `Source` passes. `open` gives a system of its own to each test. */
export function describeSourceContract(name: string, open: () => Promise<SourceHarness>): void {
  describe(`Source contract: ${name}`, () => {
    describeReads(open);
    describeWrites(open);
    describeScans(open);
  });
}
