import { describe, expect, test } from "vitest";
import type { Commit, CommitResult, Ledger } from "../../src/ports/ledger.ts";
import { accept, assetId, change, intent, intentId, LAKE, newAsset } from "../support/ledger-fixtures.ts";
import type { OpenLedger } from "./ledger-contract.ts";

export function describeTogether(open: OpenLedger): void {
  describe("commits that come at once", () => {
    test("are each made or refused as if it had come alone", async () => {
      await using ledger = await openWithAssets(open, 20);
      await accept(ledger, {
        assets: [touch(20)],
        changes: [of(20)],
        openIntents: [intent(99, { asset: assetId(20) })],
      });
      const before = await ledger.head();
      const commits: readonly Commit[] = [
        { assets: [touch(1)], changes: [of(1), { ...of(1), causedBy: { index: 0 } }] },
        { assets: [touch(2, 7)], changes: [of(2)] },
        { assets: [touch(4)], changes: [of(4)], openIntents: [intent(4, { asset: assetId(4) })] },
        { assets: [touch(3)], changes: [of(3), of(3), { ...of(3), causedBy: { index: 1 } }] },
        { assets: [touch(1)], changes: [of(1)] }, // the first was quicker
        { assets: [touch(20, 2)], changes: [of(20)], openIntents: [intent(98, { asset: assetId(20) })] },
        { dirty: [{ asset: assetId(6), source: LAKE, reread: true }] },
        { assets: [touch(7)], changes: [{ ...of(7), causedBy: before }] },
        { settings: { answer: 42 } },
        { assets: [touch(8)], changes: [of(8), { ...of(8), causedBy: { index: 0 } }] },
      ];
      const results = await Promise.all(commits.map((it) => ledger.commit(it)));
      expect(results.map(toOutcome)).toEqual([
        "2 entries", "revision", "1 entries", "3 entries", "revision", "intent-open", "0 entries", "1 entries", "0 entries", "2 entries",
      ]); // biome-ignore format: one glance
      expect(await ledger.head()).toBe(before + 9);
      for (const [index, result] of results.entries())
        if (result.ok) await expectEntries(ledger, commits[index], result);
      expect((await ledger.loadStates([1, 2, 3, 20].map(assetId))).map((it) => it?.revision)).toEqual([2, 1, 2, 2]);
      expect(await ledger.readSetting("answer")).toBe(42);
      expect(await ledger.claimWork(LAKE, "w", 0, 1, 9)).toMatchObject([{ asset: assetId(6), reread: true }]);
      const open4 = await ledger.listIntents({ asset: assetId(4) });
      expect(open4[0]?.position).toBeLessThanOrEqual(before + 9);
    });

    test("are each told that they lost what they held, or made", async () => {
      await using ledger = await openWithAssets(open, 4);
      const lost = { changes: [of(2)], closeIntents: [{ id: intentId(97), holder: "worker-1" }] };
      const commits = [{ changes: [of(1)] }, { changes: [of(3)] }, lost, { changes: [of(4)] }];
      const results = await Promise.all(commits.map((it) => ledger.commit(it)));
      expect(results.map(toOutcome)).toEqual(["1 entries", "1 entries", "intent-lost", "1 entries"]);
      expect(await ledger.head()).toBe(3);
    });

    test("one that contradicts itself throws, and the others are made", async () => {
      await using ledger = await openWithAssets(open, 3);
      const results = await Promise.allSettled([
        ledger.commit({ assets: [touch(1)], changes: [of(1)] }),
        ledger.commit({ assets: [touch(2)], changes: [{ ...of(2), causedBy: { index: 0 } }] }), // by itself
        ledger.commit({ assets: [touch(3)], changes: [of(3)] }),
      ]);
      expect(results.map((it) => it.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await ledger.loadStates([1, 2, 3].map(assetId))).map((it) => it?.revision)).toEqual([2, 1, 2]);
    });

    test("states and the head that are asked for at once are those of that moment", async () => {
      await using ledger = await openWithAssets(open, 5);
      const asked = await Promise.all(
        [1, 2, 1, 9, 5].map(async (n) => (await ledger.loadStates([assetId(n), assetId(2)])).map((it) => it?.asset.id)),
      );
      expect(asked).toEqual([1, 2, 1, 9, 5].map((n) => [n === 9 ? undefined : assetId(n), assetId(2)]));
      for (let revision = 1; revision < 10; revision += 1) {
        const earlier = Promise.all([ledger.head(), ledger.loadStates([assetId(1)])]); // may say either
        const { head } = await accept(ledger, { assets: [touch(1, revision)], changes: [of(1)] });
        expect(await Promise.all([ledger.head(), ledger.head()])).toEqual([head, head]);
        const states = await Promise.all([ledger.loadStates([assetId(1)]), ledger.loadStates([assetId(1)])]);
        expect(states.map(([it]) => it?.revision)).toEqual([revision + 1, revision + 1]);
        await earlier;
      }
    });
  });
}

async function openWithAssets(open: OpenLedger, count: number): Promise<Ledger> {
  const ledger = await open();
  await accept(ledger, { assets: Array.from({ length: count }, (_, index) => newAsset(index + 1)) });
  return ledger;
}

const touch = (n: number, expectedRevision = 1) => ({ id: assetId(n), expectedRevision });
const of = (n: number) => change({ asset: assetId(n), reason: `of ${n}` });

function toOutcome(result: CommitResult): string {
  return result.ok ? `${result.positions.length} entries` : result.reason;
}

/** A commit's entries stand where it was told, one after the other, and name their causes. */
async function expectEntries(
  ledger: Ledger,
  commit: Commit | undefined,
  { positions }: Extract<CommitResult, { ok: true }>,
): Promise<void> {
  const wanted = (commit?.changes ?? []).map(({ causedBy, ...it }, index) => ({
    ...it,
    position: (positions[0] ?? 0) + index,
    ...(causedBy === undefined
      ? {}
      : { causedBy: typeof causedBy === "number" ? causedBy : positions[causedBy.index] }),
  }));
  expect(await ledger.readChanges(positions)).toEqual(wanted);
}
