import { afterEach, beforeEach, expect, test } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { ask, ORDERS_SCHEMA, refusal } from "./sandbox-client.ts";

const VERSION = {
  "version-id": 1,
  "timestamp-ms": 1,
  "schema-id": -1,
  summary: {},
  representations: [{ type: "sql", sql: "SELECT 1", dialect: "spark" }],
  "default-namespace": ["shop"],
};
const PATH = "namespaces/shop/views/open_orders";

let sandbox: IcebergSandbox;
beforeEach(async () => {
  sandbox = await startIcebergSandbox();
  sandbox.edit.createNamespace("shop");
  await ask(sandbox, "POST", "namespaces/shop/views", {
    name: "open_orders",
    schema: ORDERS_SCHEMA,
    "view-version": VERSION,
    properties: { comment: "Open" },
  });
});
afterEach(() => sandbox[Symbol.asyncDispose]());

test("a view is listed and loaded, and shares its name with no table", async () => {
  expect((await ask(sandbox, "GET", "namespaces/shop/views")).body["identifiers"]).toEqual([
    { namespace: ["shop"], name: "open_orders" },
  ]);
  expect((await ask(sandbox, "GET", PATH)).body["metadata"]).toMatchObject({
    "current-version-id": 1,
    properties: { comment: "Open" },
  });
  const table = await ask(sandbox, "POST", "namespaces/shop/tables", { name: "open_orders", schema: ORDERS_SCHEMA });
  expect(refusal(table)).toEqual([409, "AlreadyExistsException"]);
});

test("its properties and its query change by commits that hold on to its id", async () => {
  const { "view-uuid": uuid } = (await ask(sandbox, "GET", PATH)).body["metadata"] as { "view-uuid": string };
  const commit = (id: string) =>
    ask(sandbox, "POST", PATH, {
      requirements: [{ type: "assert-view-uuid", uuid: id }],
      updates: [
        { action: "set-properties", updates: { owner: "a@example.com" } },
        { action: "remove-properties", removals: ["comment"] },
        { action: "add-schema", schema: { ...ORDERS_SCHEMA, fields: ORDERS_SCHEMA.fields.slice(0, 1) } },
        {
          action: "add-view-version",
          "view-version": { ...VERSION, representations: [{ type: "sql", sql: "SELECT 2", dialect: "spark" }] },
        },
        { action: "set-current-view-version", "view-version-id": -1 },
      ],
    });
  expect(refusal(await commit("00000000-0000-4000-8000-000000000000"))).toEqual([409, "CommitFailedException"]);
  expect((await commit(uuid)).body["metadata"]).toMatchObject({
    "view-uuid": uuid,
    "current-version-id": 2,
    properties: { owner: "a@example.com" },
    versions: [{ "schema-id": 0 }, { "version-id": 2, "schema-id": 1 }],
    "version-log": [{ "version-id": 1 }, { "version-id": 2 }],
  });
});

test("it is renamed and dropped", async () => {
  const rename = {
    source: { namespace: ["shop"], name: "open_orders" },
    destination: { namespace: ["shop"], name: "todo" },
  };
  expect((await ask(sandbox, "POST", "views/rename", rename)).status).toBe(204);
  expect(refusal(await ask(sandbox, "GET", PATH))).toEqual([404, "NoSuchViewException"]);
  expect((await ask(sandbox, "HEAD", "namespaces/shop/views/todo")).status).toBe(204);
  expect((await ask(sandbox, "DELETE", "namespaces/shop/views/todo")).status).toBe(204);
  expect((await ask(sandbox, "HEAD", "namespaces/shop/views/todo")).status).toBe(404);
});
