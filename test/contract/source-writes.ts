import { describe, expect, test } from "vitest";
import type { NativeRef } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import type { FieldReadings, Snapshot } from "../../src/domain/reading.ts";
import type { Source, WriteResult } from "../../src/ports/source.ts";
import type { SourceHarness } from "./source-harness.ts";
import { CUSTOM_VALUES, keyOf, nextIntent, sampleOf, toReading, writableOn, writeValues } from "./source-samples.ts";

export function describeWrites(open: () => Promise<SourceHarness>): void {
  describe("writing", () => {
    test("every writable field of every kind holds what was written, then another value, then none", async ({
      signal,
    }) => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const ref = await harness.create({ kind, name: kind === "NAMESPACE" ? ["hr"] : ["hr", `a_${kind}`] });
        for (const capability of writableOn(harness.source, kind)) {
          const key = keyOf(capability.field);
          for (const value of [sampleOf(capability, 0), sampleOf(capability, 1), null]) {
            const result = await writeValues(harness.source, ref, { [key]: value }, signal);
            expect(fieldsOf(result)[key] ?? { state: "absent" }).toEqual(toReading(value));
            expect((await snapshotOf(harness.source, ref, signal)).fields).toEqual(fieldsOf(result));
          }
        }
      }
    });

    test("custom values come back as what they were, texts that look like JSON too", async ({ signal, skip }) => {
      await using harness = await open();
      if (!writableOn(harness.source, "TABLE").some((it) => it.field === "custom"))
        skip("this system holds no custom fields");
      const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      for (const value of CUSTOM_VALUES) {
        const result = await writeValues(harness.source, ref, { [keyOf("custom")]: value }, signal);
        expect(fieldsOf(result)[keyOf("custom")]).toEqual({ state: "value", value });
      }
    });

    test("many fields are written in one go, and everything else stays as it is", async ({ signal }) => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const ref = await harness.create({ kind, name: kind === "NAMESPACE" ? ["hr"] : ["hr", `a_${kind}`] });
        const untouched = await harness.ungoverned?.(ref);
        const values = allValues(harness.source, ref);
        const result = await writeValues(harness.source, ref, values, signal);
        for (const [key, value] of Object.entries(values))
          expect(fieldsOf(result)[key as FieldKey]).toEqual(toReading(value as Json));
        expect(await harness.ungoverned?.(ref)).toEqual(untouched);
        const none = Object.fromEntries(Object.keys(values).map((key) => [key, null]));
        expect((await writeValues(harness.source, ref, none, signal)).kind).toBe("applied");
        expect(await harness.ungoverned?.(ref)).toEqual(untouched);
      }
    });

    test("a value that somebody else changed meanwhile is left alone", async ({ signal }) => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const ref = await harness.create({ kind, name: kind === "NAMESPACE" ? ["hr"] : ["hr", `a_${kind}`] });
        const key = keyOf("description");
        await harness.edit(ref, { [key]: "by a steward" });
        const result = await writeValues(harness.source, ref, { [key]: "ours" }, signal, {
          [key]: "what we saw before",
        });
        expect(result).toMatchObject({ kind: "stale", snapshot: { fields: { [key]: { value: "by a steward" } } } });
        expect((await snapshotOf(harness.source, ref, signal)).fields[key]).toEqual(toReading("by a steward"));
      }
    });

    test("what is there already is not written again", async ({ signal }) => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const ref = await harness.create({ kind, name: kind === "NAMESPACE" ? ["hr"] : ["hr", `a_${kind}`] });
        const key = keyOf("description");
        const first = await writeValues(harness.source, ref, { [key]: "ours" }, signal, {});
        // The same again, by a caller that did not hear of the first: nothing of it is stale.
        const again = await writeValues(harness.source, ref, { [key]: "ours" }, signal, {});
        expect(again).toEqual(first);
      }
    });

    test("an asset that is gone, or was replaced under its name, is missing and not written", async ({ signal }) => {
      await using harness = await open();
      const old = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      await harness.drop(old);
      expect((await writeValues(harness.source, old, { [keyOf("description")]: "ours" }, signal)).kind).toBe("missing");
      const young = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      if (old.stableId === null) return;
      expect((await writeValues(harness.source, old, { [keyOf("description")]: "ours" }, signal)).kind).toBe("missing");
      expect((await snapshotOf(harness.source, young, signal)).fields[keyOf("description")]).toBeUndefined();
    });

    test("what a field cannot take is rejected with the field named, and nothing of the write is done", async ({
      signal,
    }) => {
      await using harness = await open();
      const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      const before = await snapshotOf(harness.source, ref, signal);
      const bad = { [keyOf("description")]: "ours", [keyOf("retention")]: { duration: "for ever" } };
      expect(await writeValues(harness.source, ref, bad, signal)).toMatchObject({
        kind: "rejected",
        field: keyOf("retention"),
      });
      const schema = { [keyOf("description")]: "ours", [keyOf("schema")]: { columns: [] } };
      expect(await writeValues(harness.source, ref, schema, signal)).toMatchObject({
        kind: "rejected",
        field: "schema",
      });
      expect(await snapshotOf(harness.source, ref, signal)).toEqual(before);
    });

    test("an asset is made by a write only where the system can and the caller asks", async ({ signal }) => {
      await using harness = await open();
      const write = {
        ref: { kind: "TABLE", name: ["fresh", "orders"], stableId: null } as const,
        intent: nextIntent(),
        fields: { [keyOf("description")]: toReading("ours") },
        expected: {},
        expectedVersion: null,
      };
      expect((await harness.source.write({ ...write, create: false }, signal)).kind).toBe("missing");
      const made = await harness.source.write({ ...write, intent: nextIntent(), create: true }, signal);
      expect(made.kind).toBe(harness.source.capabilities.createsAssets ? "applied" : "missing");
    });

    test("a system that is down fails a write, and never says that it was done", async ({ signal, skip }) => {
      await using harness = await open();
      if (!harness.breakDown) return skip("this system cannot be down");
      const ref = await harness.create({ kind: "TABLE", name: ["sales", "orders"] });
      await harness.breakDown();
      expect((await writeValues(harness.source, ref, { [keyOf("description")]: "ours" }, signal)).kind).toBe("failed");
    });
  });
}

function allValues(source: Source, ref: NativeRef): Record<FieldKey, Json> {
  return Object.fromEntries(writableOn(source, ref.kind).map((it) => [keyOf(it.field), sampleOf(it, 0)]));
}

function fieldsOf(result: WriteResult): FieldReadings {
  expect(result).toMatchObject({ kind: "applied" });
  return result.kind === "applied" ? result.snapshot.fields : {};
}

async function snapshotOf(source: Source, ref: NativeRef, signal: AbortSignal): Promise<Snapshot> {
  const [found] = await source.read([ref], signal);
  if (found?.kind !== "found") throw new Error(`Not found: ${ref.name.join(".")}`);
  return found.snapshot;
}
