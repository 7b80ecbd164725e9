import { afterEach, expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import { CATALOG, EngineHarness, heldBy, LAKEHOUSE, ORDERS } from "../support/engine-harness.ts";
import { MemorySource } from "../support/memory-source.ts";

const third = parseSourceId("third");
let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

/** Something that only `third` has, a mirror of two authorities, is in review for the lakehouse. */
async function open(): Promise<MemorySource> {
  const other = new MemorySource({ id: third, role: "catalog", capabilities: { provesExistence: false } });
  const all = {
    mode: "enforce", mirrors: ["third"],
    onForeignWrite: "review", onConflict: "review", onFirstSight: "review",
  } as const; // biome-ignore format: one glance
  const ops = { ...all, name: "ops", fields: ["classifications"], elements: ["ops.*"], authority: "lakehouse" };
  harness = await EngineHarness.open({
    rules: [{ ...all, name: "all", fields: ["*"], authority: "catalog" }, ops],
    more: [other],
  });
  for (const { assets } of [harness.lakehouse, harness.catalog, other]) assets.put({ ...ORDERS, fields: {} });
  await harness.sync();
  other.assets.edit(ORDERS, { classifications: [{ name: "ops.z", value: null }] });
  await harness.sync();
  return other;
}

test("adding elements of one authority does not answer what is asked about another's", async () => {
  const other = await open();
  for (const element of ["pii.new", "pii.new"]) {
    const { userErrors } = await harness.apply({ field: "classifications", edit: { op: "add", elements: [element] } });
    expect(userErrors).toEqual([]);
    await harness.sync();
    expect(heldBy(other, "classifications")).toMatchObject([{ name: "ops.z" }, { name: "pii.new" }]);
    expect(await harness.drifts()).toMatchObject([{ authority: LAKEHOUSE, state: "IN_REVIEW" }]);
  }
});

test("setting the whole field answers all the same where only the settler found out that it was done", async () => {
  const other = await open();
  harness.catalog.writeFaults.push({ kind: "unknown", applied: true });
  const { catalog } = harness;
  const read = catalog.read.bind(catalog);
  const write = catalog.write.bind(catalog);
  catalog.write = async (...all) => {
    catalog.read = async (refs) => refs.map(() => ({ kind: "failed", error: { code: "server", message: "down" } }));
    return write(...all);
  };
  const { userErrors } = await harness.apply({ field: "classifications", edit: { op: "set", value: ["pii.new"] } });
  expect(userErrors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
  catalog.read = read;
  await harness.clock.advance(120_000);
  expect(await harness.settle(CATALOG)).toBe(1);
  await harness.sync();
  expect(heldBy(other, "classifications")).toMatchObject([{ name: "pii.new" }]);
});

test("setting the whole field answers what is asked about any of its elements", async () => {
  const other = await open();
  const { userErrors } = await harness.apply({ field: "classifications", edit: { op: "set", value: ["pii.new"] } });
  expect(userErrors).toEqual([]);
  await harness.sync();
  expect(heldBy(other, "classifications")).toMatchObject([{ name: "pii.new" }]);
  expect(await harness.drifts()).toEqual([]);
});
