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

test("a mirror's write is told as caused by the authority's change", async () => {
  await open();
  const { change } = await harness.apply({ field: "domain", edit: { op: "set", value: "finance" } });
  harness.catalog.assets.edit(ORDERS, { lifecycle: "active" });
  await harness.sync();
  const writes = (await harness.log("WRITE_INTENDED")).filter((it) => it.source === LAKEHOUSE);
  expect(writes.find((it) => it.key === "domain")?.causedBy).toBe(change);
  expect(change).not.toBeNull();
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
