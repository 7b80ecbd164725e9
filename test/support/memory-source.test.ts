import { describe, expect, test } from "vitest";
import { plainKey } from "../../src/domain/field.ts";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { SourceCapabilities } from "../../src/ports/source.ts";
import { describeSourceContract } from "../contract/source-contract.ts";
import { CONTRACT_COLUMNS, type SourceHarness } from "../contract/source-harness.ts";
import { nextIntent, toReading } from "../contract/source-samples.ts";
import { scan } from "../contract/source-scans.ts";
import { everyCapability } from "./memory-assets.ts";
import { DOWN, MemorySource } from "./memory-source.ts";

async function open(capabilities: Partial<SourceCapabilities> = {}): Promise<SourceHarness> {
  const source = new MemorySource({ id: parseSourceId("memory"), capabilities });
  const { assets } = source;
  return {
    source,
    kinds: ["NAMESPACE", "TABLE", "VIEW"],
    create: async ({ kind, name, fields = {} }) => {
      for (let depth = 1; depth < name.length; depth++) {
        const ref = { kind: "NAMESPACE", name: name.slice(0, depth), stableId: null } as const;
        if (!assets.find(ref)) assets.put(ref);
      }
      return assets.put({ kind, name, fields, ...(kind === "NAMESPACE" ? {} : { columns: CONTRACT_COLUMNS }) });
    },
    edit: async (ref, fields) => assets.edit(ref, fields),
    drop: async (ref) => assets.drop(ref),
    rename: async (ref, to) => void assets.rename(ref, to),
    corrupt: async (ref, key) => {
      assets.corrupt(ref, key, "for ever");
      return "for ever";
    },
    breakListing: async () => {
      source.scanBreaksAfter = 2;
    },
    breakDown: async () => {
      source.down = DOWN;
    },
    [Symbol.asyncDispose]: async () => source[Symbol.asyncDispose](),
  };
}

describeSourceContract("in memory", () => open());
describeSourceContract("in memory, one owner without role, compare-and-set, makes assets", () =>
  open({
    conditionalWrite: true,
    createsAssets: true,
    provesExistence: false,
    fields: everyCapability().map((it) =>
      it.field === "owners" ? { ...it, cardinality: "one", omits: ["role"] } : it,
    ),
  }),
);

describe("faults of the system in memory", () => {
  const key = plainKey("description");
  const write = { fields: { [key]: toReading("ours") }, expected: {}, expectedVersion: null, create: false };

  test("a write of unknown outcome is applied or not, as the test says", async ({ signal }) => {
    const source = new MemorySource({ id: parseSourceId("memory") });
    const ref = source.assets.put({ kind: "TABLE", name: ["a", "t"] });
    source.writeFaults.push({ kind: "unknown", applied: false }, { kind: "unknown", applied: true });
    expect((await source.write({ ...write, ref, intent: nextIntent() }, signal)).kind).toBe("unknown");
    expect(source.assets.find(ref)?.fields).toEqual({});
    expect((await source.write({ ...write, ref, intent: nextIntent() }, signal)).kind).toBe("unknown");
    expect(source.assets.find(ref)?.fields).toEqual({ [key]: toReading("ours") });
    expect(source.calls).toMatchObject({ writeCalls: 2, writes: 1 });
  });

  test("a write that somebody overtakes is stale", async ({ signal }) => {
    const source = new MemorySource({ id: parseSourceId("memory") });
    const ref = source.assets.put({ kind: "TABLE", name: ["a", "t"] });
    source.writeFaults.push({ kind: "overtaken", edit: (it) => it.assets.edit(ref, { [key]: "theirs" }) });
    expect((await source.write({ ...write, ref, intent: nextIntent() }, signal)).kind).toBe("stale");
  });

  test("an asset that cannot be read is listed as failed, and the scan is complete", async ({ signal }) => {
    const source = new MemorySource({ id: parseSourceId("memory") });
    const ref = source.assets.put({ kind: "TABLE", name: ["a", "t"] });
    source.unreadable.set("a.t", DOWN);
    expect(await scan(source, {}, signal)).toEqual({
      assets: [{ kind: "failed", ref, error: DOWN }],
      end: { complete: true },
    });
  });
});
