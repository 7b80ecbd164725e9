import { describe, expect, test } from "vitest";
import { formatName } from "../../src/domain/name.ts";
import type { Scanned, ScanPage, ScanRequest, Source } from "../../src/ports/source.ts";
import type { SourceHarness } from "./source-harness.ts";
import { keyOf } from "./source-samples.ts";

export function describeScans(open: () => Promise<SourceHarness>): void {
  describe("scanning", () => {
    test("an empty system is listed completely, with nothing in it", async ({ signal }) => {
      await using harness = await open();
      expect(await scan(harness.source, {}, signal)).toEqual({ assets: [], end: { complete: true } });
    });

    test("every asset is told, in nested namespaces and over many pages, parents first", async ({ signal }) => {
      await using harness = await open();
      const names: string[] = [];
      for (const namespace of [["a"], ["a", "b"], ["a", "b", "odd näme"], ["empty"]]) {
        if (harness.kinds.includes("NAMESPACE")) {
          await harness.create({ kind: "NAMESPACE", name: namespace });
          names.push(`NAMESPACE ${formatName(namespace)}`);
        }
        for (const kind of harness.kinds.filter((it) => it !== "NAMESPACE" && namespace[0] === "a")) {
          for (let index = 0; index < 4; index++) {
            await harness.create({ kind, name: [...namespace, `${kind}_${index}`] });
            names.push(`${kind} ${formatName([...namespace, `${kind}_${index}`])}`);
          }
        }
      }
      const { assets, end } = await scan(harness.source, {}, signal);
      const told = assets.map((it) => `${refOf(it).kind} ${formatName(refOf(it).name)}`);
      expect(end).toEqual({ complete: true });
      expect(told.toSorted()).toEqual(names.toSorted());
      expect(orphans(assets)).toEqual([]);
    });

    test("a scan tells the same of an asset as a read", async ({ signal }) => {
      await using harness = await open();
      for (const kind of harness.kinds) {
        const ref = await harness.create({ kind, name: kind === "NAMESPACE" ? ["hr"] : ["hr", `a_${kind}`] });
        await harness.edit(ref, { [keyOf("description")]: `A ${kind}` });
      }
      const { assets } = await scan(harness.source, {}, signal);
      const read = await harness.source.read(assets.map(refOf), signal);
      expect(assets).toEqual(read);
      expect(assets).toHaveLength(harness.kinds.length);
    });

    test("what has not changed since the caller's version may be told as unchanged, what has is told anew", async ({
      signal,
    }) => {
      await using harness = await open();
      const same = await harness.create({ kind: "TABLE", name: ["hr", "same"] });
      const edited = await harness.create({ kind: "TABLE", name: ["hr", "edited"] });
      const before = await scan(harness.source, {}, signal);
      const versions = new Map(
        before.assets.flatMap((it) => (it.kind === "found" ? [[formatName(refOf(it).name), it.snapshot.version]] : [])),
      );
      await harness.edit(edited, { [keyOf("description")]: "edited" });
      const knownVersions: ScanRequest["knownVersions"] = async (refs) =>
        refs.map((it) => versions.get(formatName(it.name)) ?? undefined);
      const { assets, end } = await scan(harness.source, { knownVersions }, signal);
      const byName = new Map(assets.map((it) => [formatName(refOf(it).name), it]));
      expect(end).toEqual({ complete: true });
      expect(["found", "unchanged"]).toContain(byName.get(formatName(same.name))?.kind);
      expect(byName.get(formatName(edited.name))).toMatchObject({
        kind: "found",
        snapshot: { fields: { description: { value: "edited" } } },
      });
    });

    test("a listing that breaks off half-way is not complete, and says why", async ({ signal, skip }) => {
      await using harness = await open();
      if (!harness.breakListing) return skip("listings of this system do not break");
      for (let index = 0; index < 8; index++) await harness.create({ kind: "TABLE", name: ["hr", `table_${index}`] });
      await harness.breakListing();
      const { end } = await scan(harness.source, {}, signal);
      expect(end).toMatchObject({ complete: false, error: { message: expect.any(String) as string } });
    });

    test("a system that is down gives no complete scan", async ({ signal, skip }) => {
      await using harness = await open();
      if (!harness.breakDown) return skip("this system cannot be down");
      await harness.create({ kind: "TABLE", name: ["hr", "orders"] });
      await harness.breakDown();
      expect((await scan(harness.source, {}, signal)).end).toMatchObject({ complete: false });
    });

    test("an asset that was dropped is in no later scan", async ({ signal }) => {
      await using harness = await open();
      const kept = await harness.create({ kind: "TABLE", name: ["hr", "kept"] });
      const dropped = await harness.create({ kind: "TABLE", name: ["hr", "dropped"] });
      await harness.drop(dropped);
      const { assets } = await scan(harness.source, {}, signal);
      expect(assets.map(refOf).filter((it) => it.kind === "TABLE")).toEqual([kept]);
    });

    test("a caller that gives up gets its own reason thrown, and one that leaves leaves nothing behind", async ({
      signal,
    }) => {
      await using harness = await open();
      await harness.create({ kind: "TABLE", name: ["hr", "orders"] });
      await expect(scan(harness.source, {}, AbortSignal.abort(new Error("the caller left")))).rejects.toThrow(
        "the caller left",
      );
      for await (const page of harness.source.scan({}, signal)) {
        expect(page.assets.length).toBeGreaterThan(0);
        break;
      }
    });
  });
}

/** Runs a scan to its end. */
export async function scan(
  source: Source,
  request: ScanRequest,
  signal: AbortSignal,
): Promise<{ readonly assets: readonly Scanned[]; readonly end: ScanPage["end"] }> {
  const assets: Scanned[] = [];
  let end: ScanPage["end"];
  for await (const page of source.scan(request, signal)) {
    expect(end).toBeUndefined();
    assets.push(...page.assets);
    end = page.end;
  }
  return { assets, end };
}

function refOf(it: Scanned): Extract<Scanned, { kind: "failed" }>["ref"] {
  return it.kind === "found" ? it.snapshot.ref : it.ref;
}

/** Assets that were told before their namespace, where the system tells namespaces. */
function orphans(assets: readonly Scanned[]): readonly string[] {
  const told = new Set<string>([""]);
  const found: string[] = [];
  if (!assets.some((it) => refOf(it).kind === "NAMESPACE")) return found;
  for (const it of assets) {
    const { name } = refOf(it);
    if (name.length > 1 && !told.has(formatName(name.slice(0, -1)))) found.push(formatName(name));
    told.add(formatName(name));
  }
  return found;
}
