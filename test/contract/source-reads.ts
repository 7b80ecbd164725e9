import { describe, expect, test } from "vitest";
import { isFieldOn } from "../../src/domain/field.ts";
import { CONTRACT_COLUMNS, type SourceHarness } from "./source-harness.ts";
import { keyOf, sampleOf, writableOn } from "./source-samples.ts";

export function describeReads(open: () => Promise<SourceHarness>): void {
  describe("reading", () => {
    test("a field is declared at most once for each kind of asset, and only where it can be", async () => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const fields = harness.source.capabilities.fields.filter((it) => it.kinds.includes(kind)).map((it) => it.field);
        expect(fields).toEqual([...new Set(fields)]);
        expect(fields.filter((it) => !isFieldOn(kind, it))).toEqual([]);
      }
    });

    test("answers come in the order asked, and what is not there is missing", async ({ signal }) => {
      await using harness = await open();
      const first = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      const second = await harness.create({ kind: "TABLE", name: ["sales", "refunds"] });
      const missing = { kind: "TABLE", name: ["sales", "none"], stableId: null } as const;
      const nowhere = { kind: "TABLE", name: ["nowhere", "none"], stableId: null } as const;
      const found = await harness.source.read([second, missing, first, nowhere, second], signal);
      expect(found.map((it) => (it.kind === "found" ? it.snapshot.ref : it.kind))).toEqual([
        second,
        "missing",
        first,
        "missing",
        second,
      ]);
    });

    test("an asset is found by its name alone, and tells its stable id", async ({ signal }) => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const ref = await harness.create({ kind, name: kind === "NAMESPACE" ? ["hr"] : ["hr", `a_${kind}`] });
        const [found] = await harness.source.read([{ ...ref, stableId: null }], signal);
        expect(found).toMatchObject({ kind: "found", snapshot: { ref } });
      }
    });

    test("a name that belongs to another asset by now is missing, and says who has it", async ({ signal, skip }) => {
      await using harness = await open();
      const old = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      if (old.stableId === null) skip("this system has no stable ids");
      await harness.drop(old);
      const young = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      expect(young.stableId).not.toBe(old.stableId);
      const [found] = await harness.source.read([old], signal);
      expect(found).toMatchObject({ kind: "missing", replacedBy: { ref: young } });
    });

    test("a renamed asset keeps its stable id, and its old name is free", async ({ signal, skip }) => {
      await using harness = await open();
      if (!harness.rename) return skip("this system renames nothing");
      for (const kind of harness.kinds.filter((it) => it !== "NAMESPACE")) {
        const ref = await harness.create({ kind, name: ["sales", `old_${kind}`] });
        const name = ["sales", `new_${kind}`];
        await harness.rename(ref, name);
        const [byOldName, byNewName] = await harness.source.read(
          [
            { ...ref, stableId: null },
            { ...ref, name },
          ],
          signal,
        );
        expect(byOldName).toEqual({ kind: "missing" });
        expect(byNewName).toMatchObject({ kind: "found", snapshot: { ref: { stableId: ref.stableId, name } } });
      }
    });

    test("what a person edits in the system is read in its normal form", async ({ signal }) => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const ref = await harness.create({ kind, name: kind === "NAMESPACE" ? ["hr"] : ["hr", `a_${kind}`] });
        for (const capability of writableOn(harness.source, kind)) {
          const key = keyOf(capability.field);
          await harness.edit(ref, { [key]: sampleOf(capability, 0) });
          const [edited] = await harness.source.read([ref], signal);
          expect(edited).toMatchObject({
            kind: "found",
            snapshot: { fields: { [key]: { state: "value", value: sampleOf(capability, 0) } } },
          });
          await harness.edit(ref, { [key]: null });
          const [removed] = await harness.source.read([ref], signal);
          expect(removed?.kind === "found" ? Object.keys(removed.snapshot.fields) : removed).not.toContain(key);
        }
      }
    });

    test("what is no value of a field is told as it stands, and marked", async ({ signal, skip }) => {
      await using harness = await open();
      if (!harness.corrupt) return skip("this system holds nothing but values");
      const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      const key = keyOf("retention");
      const raw = await harness.corrupt(ref, key);
      const [found] = await harness.source.read([ref], signal);
      expect(found).toMatchObject({
        kind: "found",
        snapshot: { fields: { [key]: { state: "value", value: raw, malformed: true } } },
      });
    });

    test("the schema tells every column with its id", async ({ signal, skip }) => {
      await using harness = await open();
      const reads = harness.source.capabilities.fields.find(
        (it) => it.field === "schema" && it.kinds.includes("TABLE"),
      );
      if (!reads) return skip("this system knows no schema");
      expect(reads.write).toBe(false);
      const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      const [found] = await harness.source.read([ref], signal);
      const value = { columns: CONTRACT_COLUMNS };
      expect(found).toMatchObject({ kind: "found", snapshot: { fields: { schema: { state: "value", value } } } });
    });

    test("a system that is down fails every read with a reason, and is not well", async ({ signal, skip }) => {
      await using harness = await open();
      if (!harness.breakDown) return skip("this system cannot be down");
      const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      expect(await harness.source.health(signal)).toBeUndefined();
      await harness.breakDown();
      const found = await harness.source.read([ref, ref], signal);
      expect(found.map((it) => it.kind)).toEqual(["failed", "failed"]);
      expect(await harness.source.health(signal)).toMatchObject({ message: expect.any(String) as string });
    });

    test("a reader that gives up gets its own reason thrown", async () => {
      await using harness = await open();
      const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      const gone = AbortSignal.abort(new Error("the caller left"));
      await expect(harness.source.read([ref], gone)).rejects.toThrow("the caller left");
    });
  });
}
