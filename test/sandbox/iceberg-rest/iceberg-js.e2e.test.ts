import { IcebergError, IcebergRestCatalog } from "iceberg-js";
import { expect, test } from "vitest";
import { startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";

test("iceberg-js creates, changes, lists and drops", async () => {
  await using sandbox = await startIcebergSandbox({ auth: { kind: "bearer", token: "abc" } });
  const catalog = new IcebergRestCatalog({ baseUrl: sandbox.url, auth: { type: "bearer", token: "abc" } });
  await catalog.createNamespace({ namespace: ["shop"] }, { properties: { owner: "shop@example.com" } });
  await catalog.createNamespace({ namespace: ["shop", "emea"] });
  const identifier = { namespace: ["shop", "emea"], name: "orders" };
  await catalog.createTable(
    { namespace: identifier.namespace },
    { name: "orders", schema: { type: "struct", fields: [{ id: 1, name: "id", type: "long", required: true }] } },
  );
  const loaded = await catalog.loadTable(identifier);
  expect(loaded["table-uuid"]).toBe(sandbox.edit.table("shop.emea.orders")["table-uuid"]);
  await catalog.updateTable(identifier, {
    requirements: [{ type: "assert-table-uuid", uuid: loaded["table-uuid"] }],
    updates: [{ action: "set-properties", updates: { comment: "Orders" } }],
  });
  expect(sandbox.edit.properties("shop.emea.orders")).toEqual({ comment: "Orders" });
  expect((await catalog.listTables({ namespace: identifier.namespace })).identifiers).toEqual([identifier]);
  await catalog.dropTable(identifier);
  await expect(catalog.loadTable(identifier)).rejects.toSatisfy((it) => it instanceof IcebergError && it.isNotFound());
});
