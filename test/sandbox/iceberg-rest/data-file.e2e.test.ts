import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { ask } from "./sandbox-client.ts";

let folder: string;
let dataFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  dataFile = join(folder, "below", "lake.json");
});
afterEach(() => rm(folder, { recursive: true }));

test("the next start continues where the last one ended, to the ETag", async () => {
  const path = "namespaces/retail%1Fsales/tables/store_sales";
  const first = await startIcebergSandbox({ seed: "tpcds", dataFile });
  first.edit.setProperties("retail.sales.store_sales", { owner: "me@example.com" });
  first.edit.setProperties("retail", { comment: "Changed" });
  first.edit.rename("retail.reporting.customer_contacts", "retail.reporting.contacts");
  first.edit.drop("retail.reference.reason");
  const before = await ask(first, "GET", path);
  await first[Symbol.asyncDispose]();
  expect(await readdir(join(folder, "below"))).toEqual(["lake.json"]);

  await using second = await startIcebergSandbox({ seed: "tpcds", dataFile });
  const after = await ask(second, "GET", path);
  expect(after.body).toEqual(before.body);
  expect(after.headers.get("etag")).toBe(before.headers.get("etag"));
  expect(second.edit.properties("retail")["comment"]).toBe("Changed");
  expect(second.edit.properties("retail.reporting.contacts")["concordat.sensitivity"]).toBe("RESTRICTED");
  expect(second.catalog.tables.find(["retail", "reference"], "reason")).toBeUndefined();
});

test("a change is on the disk soon, without a close", async () => {
  await using sandbox = await startIcebergSandbox({ dataFile });
  sandbox.edit.createNamespace("shop");
  await expect.poll(() => readFile(dataFile, "utf8")).toContain('"path":["shop"]');
});

test("generated tables are kept by their number, changed ones in full", async () => {
  const first = await startIcebergSandbox({ seed: { tables: 600 }, dataFile });
  const names = [...first.catalog.namespaces.all()].flatMap((it) =>
    it.tables.names().map((name) => [...it.path, name].join(".")),
  );
  const [changed, same] = [names[0] as string, names[599] as string];
  first.edit.setProperties(changed, { owner: "me@example.com" });
  const uuids = [changed, same].map((it) => first.edit.table(it)["table-uuid"]);
  await first[Symbol.asyncDispose]();
  const kept = (await readFile(dataFile, "utf8")).split("\n").filter((it) => it.includes('"location"'));
  expect(kept.filter((it) => it.includes('"generated"'))).toHaveLength(599);
  await using second = await startIcebergSandbox({ dataFile });
  expect([changed, same].map((it) => second.edit.table(it)["table-uuid"])).toEqual(uuids);
  expect(second.edit.properties(changed)["owner"]).toBe("me@example.com");
});

test("a file that is something else is refused and left alone", async () => {
  const other = join(folder, "other.json");
  await writeFile(other, '{"name":"package"}');
  await expect(startIcebergSandbox({ dataFile: other })).rejects.toThrow("is no data file of the Iceberg sandbox");
  expect(await readFile(other, "utf8")).toBe('{"name":"package"}');
});
