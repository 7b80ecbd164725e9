import { afterAll, beforeAll, expect, test } from "vitest";
import { columnKey, plainKey } from "../../src/domain/field.ts";
import type { Source } from "../../src/ports/source.ts";
import { writeValues } from "../contract/source-samples.ts";
import { connectIcebergSource } from "./iceberg-harness.ts";
import { type IcebergReference, startIcebergReference } from "./iceberg-reference.ts";
import { type ForeignWriter, startForeignWriter } from "./pyiceberg.ts";
import { describeWithService } from "./services.ts";

const ORDERS = { kind: "TABLE", name: ["sales", "eu", "orders"], stableId: null } as const;
const NESTED = { type: "struct", fields: [{ id: 10, name: "city", type: "string", required: false, doc: "Where" }] };

describeWithService(["iceberg-reference", "pyiceberg"], "pyiceberg and the gateway on one lakehouse", () => {
  let server: IcebergReference;
  let foreign: ForeignWriter;
  let source: Source;
  beforeAll(async () => {
    server = await startIcebergReference();
    foreign = await startForeignWriter(server.url);
    source = await connectIcebergSource(server.url);
    await foreign.createNamespace("sales", { owner: "alice" });
    await foreign.createNamespace("sales.eu");
  });
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]();
    await foreign?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test("what one writes the other reads, and nothing else changes", async ({ signal }) => {
    const columns = [
      { name: "id", type: "long", required: true, doc: "The key" },
      { name: "address", type: NESTED },
    ];
    const uuid = await foreign.createTable("sales.eu.orders", columns, {
      comment: "By pyiceberg",
      "write.format.default": "orc",
    });
    const [found] = await source.read([ORDERS], signal);
    expect(found).toMatchObject({
      kind: "found",
      snapshot: { ref: { stableId: uuid }, fields: { description: { value: "By pyiceberg" } } },
    });

    const city = (await columnIds(signal))["address.city"] ?? "";
    const values = {
      [plainKey("owners")]: [{ principal: "bob", role: null }],
      [plainKey("description")]: null,
      [columnKey("1", "description")]: "Order number",
      [columnKey(city, "description")]: null,
    };
    expect((await writeValues(source, ORDERS, values, signal)).kind).toBe("applied");
    const table = await foreign.readTable("sales.eu.orders");
    expect(table.properties).toMatchObject({ owner: "bob", "write.format.default": "orc" });
    expect(table.properties).not.toHaveProperty("comment");
    expect(table.columns[0]).toMatchObject({ id: 1, name: "id", required: true, doc: "Order number" });
    expect(table.columns[1]?.type).not.toContain("Where");
  });

  test("a column keeps its documentation when pyiceberg renames it, and its id when others come and go", async ({
    signal,
  }) => {
    await foreign.createTable("sales.eu.visits", [
      { name: "at", type: "timestamptz" },
      { name: "old", type: "string" },
    ]);
    const visits = { ...ORDERS, name: ["sales", "eu", "visits"] };
    await foreign.setColumnDoc("sales.eu.visits", "at", "When");
    await foreign.renameColumn("sales.eu.visits", "at", "visited_at");
    await foreign.dropColumn("sales.eu.visits", "old");
    await foreign.addColumn("sales.eu.visits", "page", "string");
    const [found] = await source.read([visits], signal);
    const columns = [
      { id: "1", name: "visited_at", type: "timestamptz", required: false },
      { id: "3", name: "page", type: "string", required: false },
    ];
    expect(found).toMatchObject({
      kind: "found",
      snapshot: { fields: { schema: { value: { columns } }, [columnKey("1", "description")]: { value: "When" } } },
    });
  });

  test("documentation that goes back to what it once was is a schema that the server knows already", async ({
    signal,
  }) => {
    await foreign.createTable("sales.eu.back", [{ name: "id", type: "long", doc: "first" }]);
    const back = { ...ORDERS, name: ["sales", "eu", "back"] };
    const key = columnKey("1", "description");
    for (const value of ["second", "first", null, "second", null]) {
      expect((await writeValues(source, back, { [key]: value }, signal)).kind).toBe("applied");
      expect((await foreign.readTable("sales.eu.back")).columns[0]?.doc ?? null).toBe(value);
    }
  });

  test("properties of tables and namespaces, renames and drops of pyiceberg are seen", async ({ signal }) => {
    const uuid = await foreign.createTable("sales.eu.first", [{ name: "id", type: "long" }]);
    await foreign.setProperties("sales.eu.first", { "concordat.domain": "sales", comment: "x" });
    await foreign.removeProperty("sales.eu.first", "comment");
    await foreign.renameTable("sales.eu.first", "sales.eu.second");
    await foreign.setNamespaceProperty("sales", "owner", null);
    await foreign.setNamespaceProperty("sales", "comment", "All of sales");
    const refs = [
      { ...ORDERS, name: ["sales", "eu", "first"], stableId: uuid },
      { ...ORDERS, name: ["sales", "eu", "second"], stableId: uuid },
      { kind: "NAMESPACE", name: ["sales"], stableId: null } as const,
    ];
    const [first, second, namespace] = await source.read(refs, signal);
    expect(first).toEqual({ kind: "missing" });
    expect(second).toMatchObject({ kind: "found", snapshot: { fields: { domain: { value: "sales" } } } });
    expect(namespace).toMatchObject({
      kind: "found",
      snapshot: { fields: { description: { value: "All of sales" } } },
    });
    expect(namespace?.kind === "found" ? namespace.snapshot.fields : {}).not.toHaveProperty("owners");
    expect(await foreign.readProperty("sales.eu.second", "concordat.domain")).toBe("sales");
    expect(await foreign.namespaceProperties("sales")).toMatchObject({ comment: "All of sales" });
    await foreign.dropTable("sales.eu.second");
    expect((await source.read(refs.slice(1, 2), signal))[0]).toEqual({ kind: "missing" });
    await expect(foreign.readTable("sales.eu.second")).rejects.toThrow(/NoSuchTable/);
  });

  async function columnIds(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const [found] = await source.read([ORDERS], signal);
    const schema = found?.kind === "found" ? found.snapshot.fields[plainKey("schema")] : undefined;
    const { columns } = (schema?.state === "value" ? schema.value : { columns: [] }) as {
      columns: { name: string; id: string }[];
    };
    return Object.fromEntries(columns.map((it) => [it.name, it.id]));
  }
});
