import { describe, expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { asset } from "../support/ledger-fixtures.ts";
import { describeWithService } from "../support/services.ts";
import { comparedLedger } from "./compared-ledger.ts";
import { type LedgerKind, withLedger } from "./ledger-kinds.ts";
import { MemoryLedger } from "./memory-ledger.ts";
import { replayCommand, runSeeds } from "./run-seeds.ts";

async function expectSameCourse(kind: LedgerKind, count: number): Promise<void> {
  const { failures, histories } = await withLedger(kind, (ledger) => runSeeds({ from: 1, count, enough: 3, ledger }));
  expect(failures.map((it) => [replayCommand(it.seed, undefined, kind), ...it.violations])).toEqual([]);
  expect(histories).toBe(count);
}

describe("histories over real ledgers", () => {
  test("take the same course over an SQLite file as in memory, and hold every invariant", { timeout: 120_000 }, () =>
    expectSameCourse("sqlite", 12),
  );

  describeWithService("postgres", "PostgreSQL", () => {
    test("they do so over PostgreSQL too", { timeout: 240_000 }, () => expectSameCourse("postgres", 5));
  });
});

describe("a real ledger beside the one in memory", () => {
  function compare(change: Partial<Ledger>): { readonly ledger: Ledger; readonly said: string[] } {
    const said: string[] = [];
    const other = Object.assign(new MemoryLedger(), change);
    const ledger = comparedLedger({
      model: new MemoryLedger(),
      tokens: new Map(),
      real: (ask) => ask(other),
      say: (invariant, what) => said.push(`${invariant}: ${what}`),
    });
    return { ledger, said };
  }

  test("answers as it does, whatever numbers its tokens have", async () => {
    const other = new MemoryLedger();
    for (let count = 0; count < 5; count += 1) await other.claimLease(`other ${count}`, "somebody", 0, 9);
    const { ledger, said } = compare({ claimLease: other.claimLease, releaseLease: other.releaseLease });
    const lease = await ledger.claimLease("scan:lake", "me", 0, 9);
    expect(lease).toEqual({ name: "scan:lake", token: 6 });
    if (lease) await ledger.releaseLease(lease);
    expect(await ledger.claimLease("scan:lake", "you", 0, 9)).toBeDefined();
    expect(said).toEqual([]);
  });

  test("is told on when it answers otherwise", async () => {
    const { ledger, said } = compare({ claimWork: async () => [] });
    const source = parseSourceId("lake");
    await ledger.markDirty([{ asset: asset(1).id, source, reread: false }]);
    expect(await ledger.claimWork(source, "me", 1, 9, 5)).toEqual([]);
    expect(said).toEqual([expect.stringMatching(/^ledger: claimWork .* answered \[\] and not \[\{/)]);
  });

  test("is told on when it fails", async () => {
    const { ledger, said } = compare({ head: () => Promise.reject(new Error("no such table: head")) });
    await expect(ledger.head()).rejects.toThrow("no such table");
    expect(said).toEqual([expect.stringContaining("head failed: Error: no such table: head")]);
  });
});
