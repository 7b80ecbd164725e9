import { afterEach, expect, test } from "vitest";
import { CATALOG, EngineHarness, LAKEHOUSE, ORDERS, rules } from "../support/engine-harness.ts";

let harness: EngineHarness;
afterEach(() => harness[Symbol.asyncDispose]());

async function open(): Promise<void> {
  harness = await EngineHarness.open({ rules: rules({ onForeignWrite: "revert" }) });
  harness.lakehouse.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  harness.catalog.assets.put({ ...ORDERS, fields: { domain: "sales" } });
  await harness.sync();
}

test("a mirror's write is told as caused by the newest of the authority's changes that it carries", async () => {
  await open();
  harness.catalog.assets.edit(ORDERS, { lifecycle: "active" });
  await harness.scanAll();
  const { change } = await harness.apply({ field: "domain", edit: { op: "set", value: "finance" } });
  harness.catalog.assets.edit(ORDERS, { lifecycle: "retired" });
  await harness.scanAll();
  await harness.sync();
  const writes = (await harness.log("WRITE_INTENDED")).filter((it) => it.source === LAKEHOUSE);
  const [latest] = (await harness.log("FIELD_CHANGED")).filter((it) => it.key === "lifecycle").slice(-1);
  expect(change).not.toBeNull();
  expect(writes).toMatchObject([{ causedBy: latest?.position, after: { domain: "finance" } }]);
  expect(latest?.position).toBeGreaterThan(change as number);
});

test("a revert is told as caused by the drift that it mends", async () => {
  await open();
  harness.lakehouse.assets.edit(ORDERS, { domain: "by hand" });
  await harness.sync();
  const [opened] = await harness.log("DRIFT_OPENED");
  const revert = (await harness.log("WRITE_INTENDED")).at(-1);
  expect(opened).toMatchObject({ key: "domain", detail: { authority: CATALOG } });
  expect(revert).toMatchObject({ source: LAKEHOUSE, key: "domain", causedBy: opened?.position });
});
