import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLeaseKeeper } from "../../src/delivery/lease-keeper.ts";
import { findLoss, type OpenHistoryOptions, openHistory } from "../../src/server/open-history.ts";
import { StartError } from "../../src/server/running-gateway.ts";
import { keepWitness, readTestimony } from "../../src/server/witness.ts";
import { EngineHarness, heldBy, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";
import { waitFor } from "../support/wait-for.ts";

const FIRST = { ledger: "L", epochs: [{ id: "", from: 0 }] } as const;
const TWO = { ledger: "L", epochs: [{ id: "", from: 0 }, { id: "b", from: 10 }] } as const; // biome-ignore format: one glance

describe("whether a ledger is an older copy of itself", () => {
  test.each([
    ["its witness remembers more than there is", FIRST, 9, { ledger: "L", epoch: "", head: 10 }, true],
    ["its witness knows a life that it does not", FIRST, 99, { ledger: "L", epoch: "x", head: 10 }, true],
    [
      "its log went back while a gateway ran, and has got farther since",
      FIRST,
      99,
      { ledger: "L", epoch: "", head: 10, wentBackTo: 9 },
      true,
    ],
    ["its log went back in a life that is over", TWO, 20, { ledger: "L", epoch: "", head: 50, wentBackTo: 9 }, false],
    ["it is as far as its witness remembers, or farther", FIRST, 10, { ledger: "L", epoch: "", head: 10 }, false],
    ["what its witness remembers is of a life that is over", TWO, 20, { ledger: "L", epoch: "", head: 50 }, false],
    ["its witness is another ledger's", FIRST, 1, { ledger: "M", epoch: "", head: 10 }, false],
  ])("is told when %s", (_when, stored, head, testimony, isLoss) => {
    expect(findLoss(stored, head, testimony, true) !== undefined).toBe(isLoss);
  });

  test("a ledger that never leaves its witness's folder comes from elsewhere if it has none", () => {
    expect(findLoss(FIRST, 5, undefined, true)).toContain("put there from elsewhere");
    expect(findLoss(FIRST, 0, undefined, true)).toBeUndefined();
    expect(findLoss(FIRST, 5, undefined, false)).toBeUndefined();
  });
});

describe("the witness", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "concordat-witness-"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const known = { ledger: "L", epoch: "" };

  test("remembers how far the log has got when it is left, and tells if it was replaced below it", async () => {
    const path = join(folder, "witness.json");
    let head = 7;
    const back: number[][] = [];
    const ledger = { head: async () => head };
    const witness = await keepWitness({ path, ledger, known, wentBack: (...it) => void back.push(it) });
    expect(await readTestimony(path)).toEqual({ ...known, head: 7 });
    head = 9;
    await witness[Symbol.asyncDispose]();
    expect(await readTestimony(path)).toEqual({ ...known, head: 9 });
    expect(back).toEqual([]);
    const other = await keepWitness({ path, ledger, known, wentBack: (...it) => void back.push(it) });
    head = 3;
    await other[Symbol.asyncDispose]();
    expect(back).toEqual([[9, 3]]);
    expect(await readTestimony(path)).toEqual({ ...known, head: 9, wentBackTo: 3 });
  });

  test("does not forget that the log went back when it gets past its old end again", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const path = join(folder, "witness.json");
      let head = 1_000;
      const wentBack = vi.fn();
      const witness = await keepWitness({ path, ledger: { head: async () => head }, known, wentBack });
      head = 990;
      vi.advanceTimersByTime(1_000);
      await waitFor("it says so", async () => JSON.stringify(await readTestimony(path)).includes('"wentBackTo":990'));
      head = 1_005;
      vi.advanceTimersByTime(1_000);
      await witness[Symbol.asyncDispose]();
      expect(wentBack.mock.calls).toEqual([[1_000, 990]]);
      expect(findLoss(FIRST, head, await readTestimony(path), true)).toContain("went back to 990");
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ["is empty", "", "it is empty"],
    ["is torn", "{ half of", "JSON"],
    ["is something else", "{}", "no witness"],
  ])("that %s is told, with what to do; nothing goes on as if nothing had been lost", async (_what, text, because) => {
    const path = join(folder, "witness.json");
    expect(await readTestimony(path)).toBeUndefined();
    await writeFile(path, text);
    await using harness = await EngineHarness.open();
    harness.lakehouse.assets.put({ ...ORDERS, fields: {} });
    await harness.sync();
    const open = async (declared: boolean, alwaysWitnessed: boolean) => {
      const { history } = await openHistory(harness.engine, { witness: path, declared, alwaysWitnessed });
      return history.length;
    };
    expect(await open(false, false)).toBe(1); // its first start: there was nothing to remember
    await expect(open(false, false)).rejects.toThrow(StartError);
    await expect(open(false, false)).rejects.toThrow(new RegExp(`${because}.*start with --restored.*delete the file`));
    expect(await harness.log("LEDGER_RESTORED")).toEqual([]);
    expect(await open(true, false)).toBe(2);
    expect(await open(false, true)).toBe(3);
    const told = harness.reports.find((it) => it.event === "witness-illegible");
    expect(told?.facts["because"]).toContain(because);
  });
});

describe("replicas that start at once", () => {
  async function startTogether(harness: EngineHarness, ...options: readonly Partial<OpenHistoryOptions>[]) {
    const { clock, ledger, report } = harness.engine;
    const starts = options.map((it, index) => {
      const holder = `replica:${index}`;
      const deps = { ...harness.engine, holder, leases: createLeaseKeeper({ clock, holder, ledger, report }) };
      return openHistory(deps, { witness: "/nowhere", declared: false, alwaysWitnessed: false, ...it });
    });
    return harness.clock.run(Promise.all(starts));
  }

  test("on a new ledger give it one name", async () => {
    await using harness = await EngineHarness.open();
    const [one, other] = await startTogether(harness, {}, {});
    expect(one).toEqual(other);
  });

  test.each([
    ["both were told that it was restored", { declared: true }, { declared: true }],
    ["one was", { declared: true }, { declared: false }],
  ])("on a ledger that was restored begin one life of it, where %s", async (_who, one, other) => {
    await using harness = await EngineHarness.open();
    harness.lakehouse.assets.put({ ...ORDERS, fields: {} });
    await harness.sync();
    await startTogether(harness, {});
    const opened = await startTogether(harness, one, other);
    expect(await harness.log("LEDGER_RESTORED")).toHaveLength(1);
    expect(await harness.ledger.readSetting("history")).toEqual({
      ledger: opened[1]?.ledger,
      epochs: opened[1]?.history,
    });
    expect(opened[1]?.history).toHaveLength(2);
    expect((await harness.state()).agreed.every((it) => it.lost === "all")).toBe(true);
  });

  test("wait for one that died at it, and take it up", async () => {
    await using harness = await EngineHarness.open();
    const now = harness.clock.now();
    await harness.ledger.claimLease("history", "dead", now, now + 10_000);
    const [opened] = await startTogether(harness, { declared: true });
    expect(opened?.history).toHaveLength(2);
    expect(harness.clock.now()).toBeGreaterThanOrEqual(now + 10_000);
  });
});

describe("with the bases lost", () => {
  async function restored(onFirstSight: "authority" | "union" | "review", onForeignWrite: "revert" | "adopt") {
    const harness = await EngineHarness.open({ rules: rules({ onFirstSight, onForeignWrite }) });
    const owners = [{ principal: "ann", role: null }];
    for (const it of [harness.catalog, harness.lakehouse])
      it.assets.put({ ...ORDERS, fields: { domain: "sales", owners } });
    await harness.sync();
    // Since the backup, the mirror has got something newer, and the authority is as old as the ledger.
    harness.lakehouse.assets.edit(ORDERS, { domain: "newer", owners: [...owners, { principal: "bob", role: null }] });
    harness.catalog.assets.edit(ORDERS, { lifecycle: { stage: "active", note: null, replacedBy: null } });
    await openHistory(harness.engine, { witness: "/nowhere", declared: true, alwaysWitnessed: false });
    await harness.rest();
    return harness;
  }

  test.each([
    ["authority", "revert"],
    ["union", "adopt"],
    ["review", "revert"],
  ] as const)(
    "whatever the treaty says (%s, %s), nothing is written and all that differs is asked (P7)",
    async (sight, foreign) => {
      await using harness = await restored(sight, foreign);
      expect(heldBy(harness.lakehouse, "domain")).toBe("newer");
      expect(heldBy(harness.catalog, "domain")).toBe("sales");
      expect(heldBy(harness.lakehouse, "lifecycle")).toBeNull();
      const drifts = await harness.drifts();
      expect(drifts.map((it) => `${it.path} ${it.state} ${it.kind}`).sort()).toEqual([
        "domain IN_REVIEW FIRST_SIGHT",
        "lifecycle IN_REVIEW FIRST_SIGHT",
        "owners IN_REVIEW FIRST_SIGHT",
      ]);
      expect(harness.catalog.calls.writes + harness.lakehouse.calls.writes).toBe(0);
      expect(await harness.log("LEDGER_RESTORED")).toHaveLength(1);
    },
  );

  test("what was read to be equal has a base again, and what a person decides is carried out", async () => {
    await using harness = await restored("authority", "revert");
    await harness.apply({ field: "domain", edit: { op: "set", value: "decided" } });
    await harness.rest();
    expect([heldBy(harness.catalog, "domain"), heldBy(harness.lakehouse, "domain")]).toEqual(["decided", "decided"]);
    harness.lakehouse.assets.edit(ORDERS, { domain: "meddled with" });
    await harness.scan(LAKEHOUSE);
    await harness.rest();
    expect(heldBy(harness.lakehouse, "domain")).toBe("decided");
    // A second look at what is still asked changes nothing about it.
    expect((await harness.drifts()).map((it) => it.path).sort()).toEqual(["lifecycle", "owners"]);
  });

  test("a start that was cut off while it forgot them takes that up again", async () => {
    await using harness = await restored("authority", "revert");
    const stored = await harness.ledger.readSetting("history");
    await harness.ledger.commit({ settings: { history: { ...(stored as object), forgetting: true } as never } });
    await openHistory(harness.engine, { witness: "/nowhere", declared: false, alwaysWitnessed: false });
    expect((await harness.state()).agreed.every((it) => it.lost === "all")).toBe(true);
    expect(await harness.log("LEDGER_RESTORED")).toHaveLength(1);
  });
});
