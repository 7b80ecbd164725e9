import { describe, expect, test } from "vitest";
import type { AssetId } from "../../src/domain/ids.ts";
import type { Commit, IdempotencyRecord, Intent, Ledger } from "../../src/ports/ledger.ts";
import {
  accept,
  assetId,
  CATALOG,
  change,
  INDEX,
  intent,
  intentId,
  LAKE,
  newAsset,
  seconds,
  T0,
} from "../support/ledger-fixtures.ts";
import type { OpenLedger } from "./ledger-contract.ts";

const LATER = Date.parse(seconds(60));
const running: IdempotencyRecord = {
  scope: "ann k1",
  requestHash: "h1",
  state: "running",
  outcome: null,
  expiresAt: LATER,
};

/** One of everything that a commit can write. */
const everything: Commit = {
  assets: [newAsset(7)],
  changes: [change()],
  dirty: [{ asset: assetId(7), source: LAKE, reread: false }],
  openIntents: [intent(7, { asset: assetId(7) })],
  idempotency: [{ ...running, scope: "ann k7" }],
  sources: [{ id: LAKE, revision: 0, mode: "observe", completeScans: 0 }],
  settings: { seven: 7 },
};

async function traces(ledger: Ledger): Promise<unknown> {
  return {
    head: await ledger.head(),
    state: await ledger.loadStates([assetId(7)]),
    work: await ledger.nextDue(LAKE),
    intents: (await ledger.listIntents({ asset: assetId(7) })).length,
    key: await ledger.findIdempotency("ann k7"),
    sources: await ledger.readSources(),
    setting: await ledger.readSetting("seven"),
  };
}

export function describeRefusals(open: OpenLedger): void {
  describe("refusal", () => {
    /** Together with one of everything, `refused` must leave no trace of anything. */
    async function expectRefused(ledger: Ledger, refused: Commit, refusal: object): Promise<void> {
      const before = await traces(ledger);
      const both: Commit = {
        ...everything,
        ...refused,
        assets: [...(everything.assets ?? []), ...(refused.assets ?? [])],
      };
      expect(await ledger.commit(both)).toEqual({ ok: false, ...refusal });
      expect(await traces(ledger)).toEqual(before);
    }

    test.for([
      ["one that is there as new", 1, 0],
      ["one that has moved on", 1, 2],
      ["one that is not there", 9, 3],
    ] as const)("an asset of another revision refuses the whole commit: %s", async ([, n, expectedRevision]) => {
      await using ledger = await open();
      await accept(ledger, { assets: [newAsset(1)] });
      await expectRefused(
        ledger,
        { assets: [newAsset(n, { expectedRevision })] },
        { reason: "revision", asset: assetId(n) },
      );
    });

    test("what another asset is bound to, or a name that another bears, is not claimed, unless that one is retired", async () => {
      await using ledger = await open();
      await accept(ledger, { assets: [newAsset(1), newAsset(2, { asset: { state: "RETIRED" }, bindings: [] })] });
      const claim = (n: number, ref: object, more = {}) => ({
        asset: assetId(n),
        source: LAKE,
        ref: { kind: "TABLE" as const, name: ["sales", "x"], stableId: "uuid-9", ...ref },
        ...more,
      });
      const refusal = { reason: "claimed", asset: assetId(7) };
      await expectRefused(ledger, { claims: [claim(7, { stableId: "uuid-1" })] }, refusal);
      await expectRefused(ledger, { claims: [claim(7, { name: ["sales", "table_1"], stableId: null })] }, refusal);
      await expectRefused(ledger, { claims: [claim(7, {}, { name: "sales.table_1" })] }, refusal);
      const free = [
        claim(7, {}),
        claim(1, { stableId: "uuid-1" }, { name: "sales.table_1" }),
        claim(7, {}, { name: "sales.table_2" }),
        claim(7, { kind: "VIEW" }, { name: "sales.table_1" }),
        { ...claim(7, { stableId: "uuid-1" }), source: CATALOG },
      ];
      await accept(ledger, { claims: free });
    });

    test("a lease that was lost refuses the whole commit: another claim, postponed, done, or never there", async () => {
      await using ledger = await open();
      await accept(ledger, { dirty: [1, 2, 3].map((n) => ({ asset: assetId(n), source: LAKE, reread: false })) });
      const [first, second, third] = await ledger.claimWork(LAKE, "worker-1", 0, 10, 3);
      if (!first || !second || !third) throw new Error("Nothing claimed.");
      await ledger.postponeWork(first, 1_000_000);
      await accept(ledger, { completed: [second] });
      await ledger.claimWork(LAKE, "worker-2", 10, 10, 1);
      const strange = { ...first, asset: "asset:00000000000000000000000099" as AssetId };
      // The traces look at the work of LAKE too: what is left of it must stay as it is.
      for (const item of [first, second, third, strange])
        for (const part of ["completed", "working"] as const)
          await expectRefused(ledger, { [part]: [item] }, { reason: "lease-lost" });
    });

    test("an intent that is closed, unknown or held by another refuses the whole commit", async () => {
      await using ledger = await open();
      await accept(ledger, { openIntents: [intent(1), intent(2, { source: CATALOG })] });
      await accept(ledger, { closeIntents: [{ id: intentId(2), holder: "worker-1" }] });
      for (const [n, holder] of [
        [1, "worker-2"],
        [2, "worker-1"],
        [3, "worker-1"],
      ] as const) {
        await expectRefused(ledger, { closeIntents: [{ id: intentId(n), holder }] }, { reason: "intent-lost" });
      }
    });

    test("an intent that was taken over is lost to the worker that opened it", async () => {
      await using ledger = await open();
      await accept(ledger, { openIntents: [intent(1, { leaseUntil: 100 })] });
      expect(await ledger.takeOverIntent(intentId(1), "worker-2", 99, 500)).toBeUndefined();
      expect(await ledger.takeOverIntent(intentId(1), "worker-2", 100, 500)).toMatchObject({
        holder: "worker-2",
        leaseUntil: 500,
      });
      expect(await ledger.takeOverIntent(intentId(1), "worker-3", 499, 900)).toBeUndefined();
      await expectRefused(
        ledger,
        { closeIntents: [{ id: intentId(1), holder: "worker-1" }] },
        { reason: "intent-lost" },
      );
      await accept(ledger, { closeIntents: [{ id: intentId(1), holder: "worker-2" }] });
      expect(await ledger.takeOverIntent(intentId(1), "worker-3", 1_000, 2_000)).toBeUndefined();
    });

    test("a source of another revision refuses the whole commit", async () => {
      await using ledger = await open();
      const source = { id: CATALOG, mode: "observe" as const, completeScans: 0 };
      const refusal = { reason: "source-revision", source: CATALOG };
      await expectRefused(ledger, { sources: [{ ...source, revision: 1 }] }, refusal);
      await accept(ledger, { sources: [{ ...source, revision: 0 }] });
      await expectRefused(ledger, { sources: [{ ...source, revision: 0 }] }, refusal);
      await accept(ledger, { sources: [{ ...source, revision: 1, mode: "enforce" }] });
      await expectRefused(ledger, { sources: [{ ...source, revision: 1 }] }, refusal);
      expect(await ledger.readSources()).toEqual([{ ...source, revision: 2, mode: "enforce" }]);
    });

    test("what was worked out under another treaty, or on sources that have changed since, refuses the whole commit", async () => {
      await using ledger = await open();
      const source = { id: CATALOG, mode: "observe" as const, completeScans: 0 };
      await expectRefused(ledger, { assumes: { treaty: "t1" } }, { reason: "outdated", what: "treaty" });
      await accept(ledger, { assumes: { treaty: null, sources: { [CATALOG]: 0 } }, settings: { treaty: "t1" } });
      await expectRefused(ledger, { assumes: { treaty: null } }, { reason: "outdated", what: "treaty" });
      await accept(ledger, { assumes: { treaty: "t1" }, sources: [{ ...source, revision: 0 }] });
      const outdated = { reason: "outdated", what: "sources" };
      await expectRefused(ledger, { assumes: { sources: { [CATALOG]: 0 } } }, outdated);
      await expectRefused(ledger, { assumes: { sources: { [CATALOG]: 1, [LAKE]: 1 } } }, outdated);
      await accept(ledger, { assumes: { treaty: "t1", sources: { [CATALOG]: 1, [LAKE]: 0 } }, changes: [change()] });
    });

    test("a setting that is another one than was read refuses the whole commit", async () => {
      await using ledger = await open();
      const outdated = { reason: "outdated", what: "settings" };
      await expectRefused(ledger, { assumes: { settings: { looked: "one" } } }, outdated);
      await accept(ledger, { assumes: { settings: { looked: null } }, settings: { looked: "one", other: null } });
      await expectRefused(ledger, { assumes: { settings: { looked: null } }, settings: { looked: "two" } }, outdated);
      await expectRefused(ledger, { assumes: { settings: { looked: "one", other: "two" } } }, outdated);
      expect(await ledger.readSetting("looked")).toBe("one");
      await accept(ledger, { assumes: { settings: { looked: "one", other: null } }, settings: { looked: null } });
      await accept(ledger, { assumes: { settings: { looked: null } }, changes: [change()] });
    });

    test("a named lease that was lost, given up or never claimed refuses the whole commit", async () => {
      await using ledger = await open();
      const lost = await ledger.claimLease("scan:lake", "w1", 0, 10);
      const held = await ledger.claimLease("scan:lake", "w2", 10, 20);
      if (!lost || !held) throw new Error("Nothing claimed.");
      await expectRefused(ledger, { under: [lost] }, { reason: "lease-lost" });
      await expectRefused(ledger, { under: [held, { ...held, name: "scan:other" }] }, { reason: "lease-lost" });
      await accept(ledger, { under: [held], changes: [change()] });
      await ledger.releaseLease(held);
      await expectRefused(ledger, { under: [held] }, { reason: "lease-lost" });
    });

    test("a second intent for the same asset and source is refused until the first is closed", async () => {
      await using ledger = await open();
      await accept(ledger, { openIntents: [intent(1)] });
      await expectRefused(
        ledger,
        { openIntents: [intent(2)] },
        { reason: "intent-open", asset: assetId(1), leaseUntil: 1_000 },
      );
      await accept(ledger, { openIntents: [intent(3, { source: CATALOG }), intent(4, { asset: assetId(2) })] });
      await accept(ledger, { closeIntents: [{ id: intentId(1), holder: "worker-1" }], openIntents: [intent(2)] });
      expect((await ledger.listIntents({ asset: assetId(1) })).map((it) => it.id).sort()).toEqual([
        intentId(2),
        intentId(3),
      ]);
    });

    test("an intent to make a record is refused while another asset's makes one of that kind and name there", async () => {
      await using ledger = await open();
      const making = (n: number, name: string, more: Partial<Intent> = {}) =>
        intent(n, { asset: assetId(n), makes: { kind: "TABLE", name: ["sales", name] }, ...more });
      await accept(ledger, { openIntents: [making(1, "orders")] });
      expect((await ledger.listIntents({}))[0]?.makes).toEqual({ kind: "TABLE", name: ["sales", "orders"] });
      await expectRefused(
        ledger,
        { openIntents: [making(2, "orders")] },
        { reason: "intent-open", asset: assetId(2), leaseUntil: 1_000 },
      );
      await accept(ledger, { openIntents: [making(3, "customers")] });
      await accept(ledger, { openIntents: [making(4, "orders", { source: CATALOG })] });
      await accept(ledger, { openIntents: [making(5, "", { makes: { kind: "VIEW", name: ["sales", "orders"] } })] });
      await accept(ledger, { openIntents: [intent(6, { asset: assetId(6) })] });
      await accept(ledger, {
        closeIntents: [{ id: intentId(1), holder: "worker-1" }],
        openIntents: [making(2, "orders")],
      });
    });

    test("of two intents to make the same record that come at once, one is refused", async () => {
      await using ledger = await open();
      const makes = { kind: "TABLE", name: ["sales", "orders"] } as const;
      const busy = accept(ledger, { changes: [change()] });
      const results = await Promise.all(
        [1, 2].map((n) => ledger.commit({ openIntents: [intent(n, { asset: assetId(n), makes })] })),
      );
      await busy;
      expect(results).toMatchObject([{ ok: true }, { ok: false, reason: "intent-open", asset: assetId(2) }]);
    });

    test("a key that is taken refuses the whole commit and shows what stands there", async () => {
      await using ledger = await open();
      await accept(ledger, { idempotency: [running] });
      const refusal = { reason: "idempotency", record: running };
      await expectRefused(ledger, { idempotency: [running] }, refusal);
      await expectRefused(ledger, { idempotency: [{ ...running, requestHash: "h2" }] }, refusal);
      await expectRefused(ledger, { idempotency: [{ ...running, requestHash: "h2", state: "done" }] }, refusal);
      const done: IdempotencyRecord = { ...running, state: "done", outcome: { position: 4 } };
      // Whoever finds nothing to be done under a key must not say so for the write that runs under it.
      await expectRefused(ledger, { idempotency: [{ ...done, outcome: 3 }] }, refusal);
      await accept(ledger, { settleIdempotency: [done] });
      expect(await ledger.findIdempotency(running.scope)).toEqual(done);
      await expectRefused(ledger, { idempotency: [running] }, { reason: "idempotency", record: done });
      await expectRefused(ledger, { idempotency: [{ ...done, outcome: 5 }] }, { reason: "idempotency", record: done });
    });

    test("what became of a request is told under its key unless another has it by now, and never refused", async () => {
      await using ledger = await open();
      const done: IdempotencyRecord = { ...running, state: "done", outcome: { position: 4 } };
      await accept(ledger, { settleIdempotency: [done], changes: [change()] });
      expect(await ledger.findIdempotency(running.scope)).toEqual(done);
      await accept(ledger, { settleIdempotency: [{ ...done, outcome: 5 }], changes: [change()] });
      expect(await ledger.findIdempotency(running.scope)).toEqual(done);
      const other = { ...running, scope: "ann k2", requestHash: "h2" };
      await accept(ledger, { idempotency: [other] });
      await accept(ledger, { settleIdempotency: [{ ...done, scope: other.scope }], changes: [change()] });
      expect(await ledger.findIdempotency(other.scope)).toEqual(other);
      expect(await ledger.head()).toBe(3);
    });

    test("a key is free again when it is forgotten or its time is over", async () => {
      await using ledger = await open();
      await accept(ledger, { idempotency: [running, { ...running, scope: "ben k1" }] });
      await accept(ledger, { forgetIdempotency: [running.scope], idempotency: [{ ...running, requestHash: "h2" }] });
      const next = { ...running, scope: "ben k1", requestHash: "h3", expiresAt: LATER * 2 };
      expect(await ledger.commit({ changes: [change({ at: T0 })], idempotency: [next] })).toMatchObject({ ok: false });
      await accept(ledger, { changes: [change({ at: seconds(60) })], idempotency: [next] });
      expect(await ledger.findIdempotency("ben k1")).toEqual(next);
      expect(await ledger.findIdempotency(running.scope)).toBeUndefined();
    });

    test("one of a hundred commits that want the same thing at once gets it", async () => {
      await using ledger = await open();
      await accept(ledger, { assets: [newAsset(1)] });
      const results = await Promise.all(
        Array.from({ length: 100 }, () =>
          ledger.commit({
            assets: [{ id: assetId(1), expectedRevision: 1, index: INDEX }],
            changes: [change()],
            idempotency: [running],
          }),
        ),
      );
      expect(results.filter((it) => it.ok)).toHaveLength(1);
      expect(await ledger.head()).toBe(1);
    });

    test("a commit that fails half-way leaves nothing and no gap", async () => {
      await using ledger = await open();
      const before = await traces(ledger);
      // Two records of one source of truth in one commit: the database refuses the second after all else was written.
      await expect(
        ledger.commit({
          ...everything,
          openIntents: [intent(7, { asset: assetId(7) }), intent(7, { asset: assetId(8) })],
        }),
      ).rejects.toThrow();
      expect(await traces(ledger)).toEqual(before);
      expect((await accept(ledger, { changes: [change()] })).positions).toEqual([1]);
    });
  });
}
