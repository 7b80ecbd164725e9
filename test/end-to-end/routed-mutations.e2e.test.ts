import { afterAll, beforeAll, expect, test } from "vitest";
import { GatewayProcess } from "../support/gateway-process.ts";
import { type IcebergReference, startIcebergReference } from "../support/iceberg-reference.ts";
import { type ForeignWriter, startForeignWriter } from "../support/pyiceberg.ts";
import { describeWithService } from "../support/services.ts";
import { headOf, listAssets, type MutationName, mutate, mutateEverywhere, readField, readLog, scan } from "./graph.ts";
import { governed } from "./treaty.ts";

const ORDERS = [
  { name: "id", type: "long", required: true },
  { name: "email", type: "string", doc: "Address of the buyer." },
  { name: "price", type: "decimal(7, 2)" },
];

describeWithService(["iceberg-reference", "pyiceberg"], "Mutations over Apache's reference server", () => {
  let server: IcebergReference;
  let writer: ForeignWriter;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    server = await startIcebergReference();
    writer = await startForeignWriter(server.url);
    await writer.createNamespace("sales");
    await writer.createNamespace("sales.eu");
    await writer.createTable("sales.orders", ORDERS, { comment: "All orders.", "write.format.default": "orc" });
    await writer.createTable("sales.eu.orders", ORDERS);
    gateway = await GatewayProcess.start({ config: governed(server.url) });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await writer?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** The sources in the order in which they were written because of this one mutation. */
  async function writtenSources(
    mutation: MutationName,
    input: Record<string, unknown>,
  ): Promise<(string | undefined)[]> {
    const before = await headOf(gateway);
    const { deliveries } = await mutateEverywhere(gateway, mutation, input);
    const written = await readLog(gateway, { kinds: ["WRITE_APPLIED"] }, before);
    expect(deliveries.map((it) => it.source.name)).toEqual(written.map((it) => it.source?.name));
    return written.map((it) => it.source?.name);
  }

  test("a scan finds what pyiceberg made, in nested namespaces too", async () => {
    const found = await listAssets(gateway);
    expect(found.map((it) => `${it.kind} ${it.name}`)).toEqual([
      "NAMESPACE sales",
      "NAMESPACE sales.eu",
      "TABLE sales.eu.orders",
      "TABLE sales.orders",
    ]);
    expect((await readField(gateway, "sales.orders", "description")).at).toMatchObject({ lakehouse: "All orders." });
    expect((await readField(gateway, "sales.orders", "columns.email.description")).at).toMatchObject({
      lakehouse: "Address of the buyer.",
    });
    expect((await readField(gateway, "sales.eu.orders", "schema")).at["lakehouse"]).toMatchObject({
      columns: [
        { name: "id", type: "long", required: true },
        { name: "email", type: "string" },
        { name: "price", type: "decimal(7, 2)" },
      ],
    });
  });

  test("owners under the catalog's authority are in the catalog, then in the table's properties", async () => {
    const owners = [{ principal: "alice@example.com", role: "steward" }, { principal: "group:sales" }];
    expect(await writtenSources("addOwners", { name: "sales.orders", owners })).toEqual(["catalog", "lakehouse"]);
    const { at, status } = await readField(gateway, "sales.orders", "owners", "LIVE");
    expect(at["catalog"]).toEqual([
      { principal: "alice@example.com", role: "steward" },
      { principal: "group:sales", role: null },
    ]);
    expect(status).toBe("IN_SYNC"); // Iceberg holds no roles, and that is no drift
    const { properties } = await writer.readTable("sales.orders");
    expect(properties).toMatchObject({
      owner: "alice@example.com,group:sales",
      comment: "All orders.",
      "write.format.default": "orc",
    });
  });

  test("owners that are taken away are taken away everywhere", async () => {
    await mutateEverywhere(gateway, "addOwners", { name: "sales.eu.orders", owners: [{ principal: "bob" }] });
    expect(await writer.readProperty("sales.eu.orders", "owner")).toBe("bob");
    await mutateEverywhere(gateway, "removeOwners", { name: "sales.eu.orders", owners: [{ principal: "bob" }] });
    expect(await writer.readProperty("sales.eu.orders", "owner")).toBeUndefined();
    expect((await readField(gateway, "sales.eu.orders", "owners", "LIVE")).at).toEqual({
      catalog: null,
      lakehouse: null,
    });
  });

  test("a description under the lakehouse's authority lands in Iceberg first, then in the catalog", async () => {
    const input = { name: "sales.orders", description: "Orders of all shops.", reason: "the old one said nothing" };
    expect(await writtenSources("setDescription", input)).toEqual(["lakehouse", "catalog"]);
    expect(await writer.readProperty("sales.orders", "comment")).toBe("Orders of all shops.");
    expect((await readField(gateway, "sales.orders", "description", "LIVE")).at).toEqual({
      catalog: "Orders of all shops.",
      lakehouse: "Orders of all shops.",
    });
    const changed = (await readLog(gateway, { kinds: ["FIELD_CHANGED"], fields: ["description"] })).at(-1);
    expect(changed).toMatchObject({
      before: "All orders.",
      after: "Orders of all shops.",
      reason: "the old one said nothing",
      source: { name: "lakehouse" },
    });
  });

  test("a column's description is its doc in the Iceberg schema, then in the catalog", async () => {
    const input = { name: "sales.orders", column: "price", description: "Gross, in euro." };
    expect(await writtenSources("setDescription", input)).toEqual(["lakehouse", "catalog"]);
    const { columns } = await writer.readTable("sales.orders");
    expect(columns.map((it) => it.doc)).toEqual([null, "Address of the buyer.", "Gross, in euro."]);
    expect((await readField(gateway, "sales.orders", "columns.price.description", "LIVE")).at).toEqual({
      catalog: "Gross, in euro.",
      lakehouse: "Gross, in euro.",
    });
  });

  test("a column's classifications are in the catalog, then in a property by field id, and outlive a rename", async () => {
    const classifications = [{ name: "pii.email" }, { name: "retain", value: "P1Y" }];
    const input = { name: "sales.orders", column: "email", classifications };
    expect(await writtenSources("addClassifications", input)).toEqual(["catalog", "lakehouse"]);
    const email = (await writer.readTable("sales.orders")).columns.find((it) => it.name === "email");
    const property = await writer.readProperty("sales.orders", `concordat.columns.${email?.id}.classifications`);
    expect(JSON.parse(property ?? "")).toEqual(["pii.email", "retain=P1Y"]);
    await writer.renameColumn("sales.orders", "email", "contact");
    await scan(gateway);
    const { at, status } = await readField(gateway, "sales.orders", "columns.contact.classifications", "LIVE");
    const stored = [
      { name: "pii.email", value: null },
      { name: "retain", value: "P1Y" },
    ];
    expect({ at, status }).toEqual({ at: { catalog: stored, lakehouse: stored }, status: "IN_SYNC" });
  });

  test("a namespace is governed like a table", async () => {
    await mutateEverywhere(gateway, "setDomain", { name: "sales.eu", domain: "commerce" });
    await mutateEverywhere(gateway, "addOwners", { name: "sales.eu", owners: [{ principal: "eva" }] });
    expect(await writer.namespaceProperties("sales.eu")).toMatchObject({
      "concordat.domain": "commerce",
      owner: "eva",
    });
  });

  test("a dry run tells what would be done and does nothing", async () => {
    const before = await headOf(gateway);
    const { change, deliveries, userErrors } = await mutate(gateway, "setSensitivity", {
      name: "sales.orders",
      sensitivity: "RESTRICTED",
      dryRun: true,
    });
    expect({ change, userErrors }).toEqual({ change: null, userErrors: [] });
    expect(deliveries.map((it) => `${it.source.name} ${it.role} ${it.status}`)).toEqual([
      "catalog AUTHORITY PLANNED",
      "lakehouse MIRROR PLANNED",
    ]);
    expect(await headOf(gateway)).toBe(before);
    expect((await readField(gateway, "sales.orders", "sensitivity", "LIVE")).at).toEqual({
      catalog: null,
      lakehouse: null,
    });
  });
});
