import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { ask, ORDERS_SCHEMA, refusal } from "./sandbox-client.ts";

let sandbox: IcebergSandbox;
beforeEach(async () => {
  sandbox = await startIcebergSandbox();
  sandbox.edit.createNamespace("shop", { owner: "shop@example.com" });
});
afterEach(() => sandbox[Symbol.asyncDispose]());

describe("namespaces", () => {
  test("nested ones are addressed with the unit separator and listed below their parent", async () => {
    await ask(sandbox, "POST", "namespaces", { namespace: ["shop", "emea"], properties: { comment: "Europe" } });
    expect((await ask(sandbox, "GET", "namespaces")).body).toEqual({ namespaces: [["shop"]] });
    expect((await ask(sandbox, "GET", "namespaces?parent=shop")).body).toEqual({ namespaces: [["shop", "emea"]] });
    const loaded = await ask(sandbox, "GET", "namespaces/shop%1Femea");
    expect(loaded.body).toEqual({ namespace: ["shop", "emea"], properties: { comment: "Europe" } });
  });

  test("what is not there is 404 NoSuchNamespaceException, a second one of a name is 409", async () => {
    expect(refusal(await ask(sandbox, "GET", "namespaces/nowhere"))).toEqual([404, "NoSuchNamespaceException"]);
    expect(refusal(await ask(sandbox, "GET", "namespaces?parent=nowhere"))).toEqual([404, "NoSuchNamespaceException"]);
    expect(refusal(await ask(sandbox, "POST", "namespaces", { namespace: ["shop"] }))).toEqual([
      409,
      "AlreadyExistsException",
    ]);
    expect((await ask(sandbox, "HEAD", "namespaces/nowhere")).status).toBe(404);
    expect((await ask(sandbox, "HEAD", "namespaces/shop")).status).toBe(204);
  });

  test("one that holds a table, a view or a namespace cannot be dropped", async () => {
    sandbox.edit.createTable("shop.orders", [{ name: "id", type: "long" }]);
    expect(refusal(await ask(sandbox, "DELETE", "namespaces/shop"))).toEqual([409, "NamespaceNotEmptyException"]);
    sandbox.edit.drop("shop.orders");
    sandbox.edit.createNamespace("shop.emea");
    expect(refusal(await ask(sandbox, "DELETE", "namespaces/shop"))).toEqual([409, "NamespaceNotEmptyException"]);
    sandbox.edit.drop("shop.emea");
    expect((await ask(sandbox, "DELETE", "namespaces/shop")).status).toBe(204);
    expect((await ask(sandbox, "HEAD", "namespaces/shop")).status).toBe(404);
  });

  test("properties are set and removed, and the answer names the missing ones", async () => {
    const path = "namespaces/shop/properties";
    const changed = await ask(sandbox, "POST", path, { updates: { comment: "Shop" }, removals: ["owner", "ghost"] });
    expect(changed.body).toEqual({ updated: ["comment"], removed: ["owner"], missing: ["ghost"] });
    expect(sandbox.edit.properties("shop")).toEqual({ comment: "Shop" });
    const both = await ask(sandbox, "POST", path, { updates: { comment: "x" }, removals: ["comment"] });
    expect(refusal(both)).toEqual([422, "UnprocessableEntityException"]);
    expect(sandbox.edit.properties("shop")).toEqual({ comment: "Shop" });
  });
});

describe("tables", () => {
  test("a new one gets valid v2 metadata with field ids from 1", async () => {
    const { status, body, headers } = await ask(sandbox, "POST", "namespaces/shop/tables", {
      name: "orders",
      schema: { ...ORDERS_SCHEMA, "identifier-field-ids": [7] },
      "partition-spec": { fields: [{ "source-id": 9, transform: "identity", name: "price" }] },
      properties: { comment: "Orders" },
    });
    expect(status).toBe(200);
    expect(headers.get("etag")).toMatch(/^".+"$/);
    expect(body["metadata-location"]).toMatch(/^s3:.*\/shop\/orders\/metadata\/00000-.*\.metadata\.json$/);
    expect(body["metadata"]).toMatchObject({
      "format-version": 2,
      "table-uuid": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "last-column-id": 2,
      "current-schema-id": 0,
      schemas: [
        {
          "schema-id": 0,
          "identifier-field-ids": [1],
          fields: [
            { id: 1, name: "id" },
            { id: 2, doc: "In euro." },
          ],
        },
      ],
      "partition-specs": [{ "spec-id": 0, fields: [{ "source-id": 2, "field-id": 1000, name: "price" }] }],
      "last-partition-id": 1000,
      properties: { comment: "Orders" },
      snapshots: [],
    });
  });

  test("names are unique among tables and views, and a listing may be had page by page", async () => {
    for (const name of ["c", "a", "b"]) sandbox.edit.createTable(`shop.${name}`, [{ name: "id", type: "long" }]);
    expect(refusal(await ask(sandbox, "POST", "namespaces/shop/tables", { name: "a", schema: ORDERS_SCHEMA }))).toEqual(
      [409, "AlreadyExistsException"],
    );
    const whole = await ask(sandbox, "GET", "namespaces/shop/tables");
    expect(whole.body["identifiers"]).toHaveLength(3);
    const first = await ask(sandbox, "GET", "namespaces/shop/tables?pageToken=&pageSize=2");
    expect(first.body["identifiers"]).toEqual([
      { namespace: ["shop"], name: "a" },
      { namespace: ["shop"], name: "b" },
    ]);
    const token = encodeURIComponent(String(first.body["next-page-token"]));
    sandbox.edit.drop("shop.a");
    const second = await ask(sandbox, "GET", `namespaces/shop/tables?pageToken=${token}&pageSize=2`);
    expect(second.body).toEqual({ identifiers: [{ namespace: ["shop"], name: "c" }], "next-page-token": null });
    expect(refusal(await ask(sandbox, "GET", "namespaces/shop/tables?pageToken=forged"))).toEqual([
      400,
      "BadRequestException",
    ]);
  });

  test("an unchanged one answers 304 to its ETag, and every commit gives it another ETag and location", async () => {
    sandbox.edit.createTable("shop.orders", [{ name: "id", type: "long" }]);
    const path = "namespaces/shop/tables/orders";
    const before = await ask(sandbox, "GET", path);
    const etag = before.headers.get("etag") as string;
    const same = await ask(sandbox, "GET", `${path}?snapshots=refs`, undefined, { "if-none-match": etag });
    expect([same.status, same.body]).toEqual([304, {}]);
    const commit = await ask(sandbox, "POST", path, {
      requirements: [],
      updates: [{ action: "set-properties", updates: { comment: "Orders" } }],
    });
    expect(commit.body["metadata-location"]).not.toBe(before.body["metadata-location"]);
    const after = await ask(sandbox, "GET", path, undefined, { "if-none-match": etag });
    expect(after.status).toBe(200);
    expect(after.headers.get("etag")).toBe(commit.headers.get("etag"));
    expect(after.body["metadata"]).toMatchObject({ properties: { comment: "Orders" } });
  });

  test("a rename keeps the table's id, also across namespaces; a taken or missing name is refused", async () => {
    sandbox.edit.createNamespace("archive");
    const { "table-uuid": uuid } = sandbox.edit.createTable("shop.orders", [{ name: "id", type: "long" }]);
    const rename = (from: string, to: string[]) =>
      ask(sandbox, "POST", "tables/rename", {
        source: { namespace: ["shop"], name: from },
        destination: { namespace: to.slice(0, -1), name: to.at(-1) },
      });
    expect((await rename("orders", ["archive", "orders_2025"])).status).toBe(204);
    expect(sandbox.edit.table("archive.orders_2025")["table-uuid"]).toBe(uuid);
    expect(refusal(await rename("orders", ["archive", "x"]))).toEqual([404, "NoSuchTableException"]);
    sandbox.edit.createTable("shop.orders", [{ name: "id", type: "long" }]);
    expect(refusal(await rename("orders", ["archive", "orders_2025"]))).toEqual([409, "AlreadyExistsException"]);
    expect(refusal(await rename("orders", ["nowhere", "x"]))).toEqual([404, "NoSuchNamespaceException"]);
  });

  test("one that is dropped and made again has another id", async () => {
    const first = sandbox.edit.createTable("shop.orders", [{ name: "id", type: "long" }]);
    expect((await ask(sandbox, "DELETE", "namespaces/shop/tables/orders?purgeRequested=true")).status).toBe(204);
    expect(refusal(await ask(sandbox, "GET", "namespaces/shop/tables/orders"))).toEqual([404, "NoSuchTableException"]);
    expect(sandbox.edit.createTable("shop.orders", [{ name: "id", type: "long" }])["table-uuid"]).not.toBe(
      first["table-uuid"],
    );
  });

  test("a create transaction is staged, and made by its commit", async () => {
    const staged = await ask(sandbox, "POST", "namespaces/shop/tables", {
      name: "orders",
      schema: ORDERS_SCHEMA,
      "stage-create": true,
    });
    expect(staged.body).not.toHaveProperty("metadata-location");
    expect((await ask(sandbox, "HEAD", "namespaces/shop/tables/orders")).status).toBe(404);
    const { "table-uuid": uuid, schemas } = staged.body["metadata"] as { "table-uuid": string; schemas: unknown[] };
    const commit = () =>
      ask(sandbox, "POST", "namespaces/shop/tables/orders", {
        requirements: [{ type: "assert-create" }],
        updates: [
          { action: "assign-uuid", uuid },
          { action: "add-schema", schema: schemas[0] },
          { action: "set-current-schema", "schema-id": -1 },
          { action: "add-spec", spec: { fields: [] } },
          { action: "set-default-spec", "spec-id": -1 },
          { action: "add-sort-order", "sort-order": { "order-id": 0, fields: [] } },
          { action: "set-default-sort-order", "sort-order-id": -1 },
        ],
      });
    expect((await commit()).status).toBe(200);
    expect(sandbox.edit.table("shop.orders")).toMatchObject({
      "table-uuid": uuid,
      "default-spec-id": 0,
      "last-column-id": 2,
    });
    expect(refusal(await commit())).toEqual([409, "CommitFailedException"]);
  });

  test("a transaction over two tables changes both or neither", async () => {
    for (const name of ["a", "b"]) sandbox.edit.createTable(`shop.${name}`, [{ name: "id", type: "long" }]);
    const change = (name: string, uuid: string) => ({
      identifier: { namespace: ["shop"], name },
      requirements: [{ type: "assert-table-uuid", uuid }],
      updates: [{ action: "set-properties", updates: { seen: "yes" } }],
    });
    const good = change("a", sandbox.edit.table("shop.a")["table-uuid"]);
    const bad = change("b", "00000000-0000-4000-8000-000000000000");
    const failed = await ask(sandbox, "POST", "transactions/commit", { "table-changes": [good, bad] });
    expect(refusal(failed)).toEqual([409, "CommitFailedException"]);
    expect(sandbox.edit.properties("shop.a")).toEqual({});
    const both = [good, change("b", sandbox.edit.table("shop.b")["table-uuid"])];
    expect((await ask(sandbox, "POST", "transactions/commit", { "table-changes": both })).status).toBe(204);
    expect(sandbox.edit.properties("shop.b")).toEqual({ seen: "yes" });
  });

  test("snapshot ids of 64 bits survive, and snapshots=refs leaves out what no branch names", async () => {
    sandbox.edit.createTable("shop.orders", [{ name: "id", type: "long" }]);
    const snapshot = (id: string, sequence: number) =>
      `{"action":"add-snapshot","snapshot":{"snapshot-id":${id},"sequence-number":${sequence},"timestamp-ms":1,"manifest-list":"s3://m","summary":{"operation":"append"}}}`;
    const updates = `${snapshot("9007199254740995", 1)},${snapshot("9223372036854775807", 2)},{"action":"set-snapshot-ref","ref-name":"main","type":"branch","snapshot-id":9223372036854775807}`;
    const url = `${sandbox.url}/v1/namespaces/shop/tables/orders`;
    const body = `{"requirements":[{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":null}],"updates":[${updates}]}`;
    expect((await fetch(url, { method: "POST", body })).status).toBe(200);
    const all = await fetch(url);
    expect(await all.text()).toContain('"snapshot-id":9007199254740995');
    const refs = await fetch(`${url}?snapshots=refs`);
    const text = await refs.text();
    expect(text).toContain('"current-snapshot-id":9223372036854775807');
    expect(text).not.toContain("9007199254740995");
    expect(refs.headers.get("etag")).not.toBe(all.headers.get("etag"));
    expect((await fetch(url, { method: "POST", body })).status).toBe(409);
  });
});

describe("requests that are none", () => {
  test("malformed ones are 400 and say what is wrong", async () => {
    const broken = await fetch(`${sandbox.url}/v1/namespaces`, { method: "POST", body: "{" });
    expect(broken.status).toBe(400);
    const wrong = await ask(sandbox, "POST", "namespaces/shop/tables", {
      name: "x",
      schema: { type: "struct", fields: [{ id: 1, name: "a", type: "integer", required: false }] },
    });
    expect(refusal(wrong)).toEqual([400, "BadRequestException"]);
    expect(refusal(await ask(sandbox, "PUT", "namespaces/shop"))).toEqual([400, "BadRequestException"]);
    expect(refusal(await ask(sandbox, "GET", "elsewhere"))).toEqual([400, "BadRequestException"]);
    expect(refusal(await ask(sandbox, "GET", "namespaces/%E0%A4%A"))).toEqual([400, "BadRequestException"]);
    expect(
      refusal(await ask(sandbox, "POST", "namespaces/shop/register", { name: "x", "metadata-location": "s3://x" })),
    ).toEqual([406, "UnsupportedOperationException"]);
  });

  test("a page in a browser is refused", async () => {
    const forged = await ask(sandbox, "DELETE", "namespaces/shop", undefined, { origin: "https://evil.example" });
    expect(refusal(forged)).toEqual([403, "ForbiddenException"]);
    expect((await ask(sandbox, "HEAD", "namespaces/shop")).status).toBe(204);
  });

  test("a write under an idempotency key is done once, however often it is sent", async () => {
    const key = { "idempotency-key": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f" };
    const create = () => ask(sandbox, "POST", "namespaces/shop/tables", { name: "orders", schema: ORDERS_SCHEMA }, key);
    const first = await create();
    expect(await create()).toMatchObject({ status: 200, body: first.body });
    expect((await ask(sandbox, "POST", "namespaces", { namespace: ["x"] }, key)).status).toBe(400);
  });
});

test("configuration advertises prefix, separator and endpoints, and only the configured warehouse", async () => {
  await using prefixed = await startIcebergSandbox({
    prefix: "ws/retail",
    namespaceSeparator: ".",
    warehouse: "retail",
    seed: "tpcds",
  });
  const config = await ask(prefixed, "GET", "config?warehouse=retail");
  expect(config.body["overrides"]).toEqual({ prefix: "ws/retail", "namespace-separator": "." });
  expect(config.body["endpoints"]).toContain("POST /v1/{prefix}/namespaces/{namespace}/tables/{table}");
  expect(config.body["endpoints"]).not.toContain("POST /v1/{prefix}/namespaces/{namespace}/register");
  expect(refusal(await ask(prefixed, "GET", "config?warehouse=other"))).toEqual([404, "NoSuchWarehouseException"]);
  for (const namespace of ["retail.sales", "retail%1Fsales", "retail%2Esales"]) {
    expect((await ask(prefixed, "HEAD", `ws/retail/namespaces/${namespace}/tables/store_sales`)).status).toBe(204);
  }
  expect((await ask(prefixed, "GET", "namespaces")).status).toBe(400);
});
