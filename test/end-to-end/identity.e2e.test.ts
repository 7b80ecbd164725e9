import { afterAll, beforeAll, expect, test } from "vitest";
import { GatewayProcess } from "../support/gateway-process.ts";
import { type IcebergReference, startIcebergReference } from "../support/iceberg-reference.ts";
import { type ForeignWriter, startForeignWriter } from "../support/pyiceberg.ts";
import { describeWithService } from "../support/services.ts";
import { findAsset, headOf, listAssets, mutate, mutateEverywhere, readField, readLog, scan, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

const COLUMNS = [{ name: "id", type: "long" }];

describeWithService(["iceberg-reference", "pyiceberg"], "An asset's identity over Apache's reference server", () => {
  let server: IcebergReference;
  let writer: ForeignWriter;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    server = await startIcebergReference();
    writer = await startForeignWriter(server.url);
    await writer.createNamespace("shop");
    for (const name of ["renamed", "recreated", "dropped", "returned"])
      await writer.createTable(`shop.${name}`, COLUMNS);
    const config = governed(server.url, [], { deletion: { misses: 2, gracePeriod: "PT0S" } });
    gateway = await GatewayProcess.start({ config });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await writer?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const stateOf = async (id: string): Promise<string | undefined> =>
    (await listAssets(gateway)).find((it) => it.id === id)?.state;

  test("outlives a rename with its history, its governance and its place in the catalog", async () => {
    const { id } = await findAsset(gateway, "shop.renamed");
    await mutateEverywhere(gateway, "addOwners", { name: "shop.renamed", owners: [{ principal: "alice" }] });
    await mutateEverywhere(gateway, "setDescription", { name: "shop.renamed", description: "Of old." });
    await writer.createNamespace("archive");
    await writer.renameTable("shop.renamed", "archive.orders");
    await scan(gateway);
    await settle(gateway);
    expect(await findAsset(gateway, "archive.orders")).toMatchObject({ id, state: "ACTIVE" });
    expect((await listAssets(gateway)).map((it) => it.name)).not.toContain("shop.renamed");
    const history = await readLog(gateway, { assets: [id] });
    expect(history.map((it) => it.kind)).toEqual(expect.arrayContaining(["ASSET_FOUND", "FIELD_CHANGED"]));
    const renames = history.filter((it) => it.kind === "ASSET_RENAMED");
    expect(renames).toMatchObject([{ before: "shop.renamed", after: "archive.orders" }]);
    const owners = [{ principal: "alice", role: null }];
    expect(await readField(gateway, id, "owners", "LIVE")).toMatchObject({
      status: "IN_SYNC",
      at: { catalog: owners, lakehouse: owners },
    });
    const document = "query ($id: ID!) { asset(id: $id) { bindings { source { name } nativeName state } } }";
    const { asset } = await gateway.query<{ asset: { bindings: object[] } }>(document, { id });
    expect(asset.bindings).toEqual(
      expect.arrayContaining([
        { source: { name: "lakehouse" }, nativeName: ["archive", "orders"], state: "PRESENT" },
        { source: { name: "catalog" }, nativeName: ["archive", "orders"], state: "PRESENT" },
      ]),
    );
    await mutateEverywhere(gateway, "addOwners", { name: "archive.orders", owners: [{ principal: "bob" }] });
    expect(await writer.readProperty("archive.orders", "owner")).toBe("alice,bob");
  });

  test("is not inherited by a table that is made anew under the same name", async () => {
    const old = await findAsset(gateway, "shop.recreated");
    await mutateEverywhere(gateway, "addOwners", { name: "shop.recreated", owners: [{ principal: "alice" }] });
    await mutateEverywhere(gateway, "setSensitivity", { name: "shop.recreated", sensitivity: "RESTRICTED" });
    await writer.dropTable("shop.recreated");
    await writer.createTable("shop.recreated", COLUMNS);
    await scan(gateway);
    await settle(gateway);
    const fresh = await findAsset(gateway, "shop.recreated");
    expect(fresh.id).not.toBe(old.id);
    expect(fresh.state).toBe("ACTIVE");
    for (const path of ["owners", "sensitivity"]) {
      expect((await readField(gateway, fresh.id, path, "LIVE")).at).toEqual({ catalog: null, lakehouse: null });
    }
    expect((await readLog(gateway, { assets: [fresh.id] })).map((it) => it.kind)).not.toContain("FIELD_CHANGED");
    expect((await writer.readTable("shop.recreated")).properties).not.toHaveProperty("owner");
    expect(await stateOf(old.id)).toBe("SUSPECTED");
    await scan(gateway);
    expect(await stateOf(old.id)).toBe("RETIRED");
    await mutateEverywhere(gateway, "addOwners", { name: "shop.recreated", owners: [{ principal: "bob" }] });
    expect(await writer.readProperty("shop.recreated", "owner")).toBe("bob");
    expect((await readField(gateway, fresh.id, "owners", "LIVE")).at["catalog"]).toEqual([
      { principal: "bob", role: null },
    ]);
  });

  test("is suspected after the first miss and retired after the configured number", async () => {
    const { id } = await findAsset(gateway, "shop.dropped");
    await mutateEverywhere(gateway, "addOwners", { name: "shop.dropped", owners: [{ principal: "alice" }] });
    const before = await headOf(gateway);
    await writer.dropTable("shop.dropped");
    expect(await scan(gateway)).toMatchObject({ complete: true, suspected: 1, retired: 0 });
    expect(await stateOf(id)).toBe("SUSPECTED");
    expect(await scan(gateway)).toMatchObject({ complete: true, suspected: 0, retired: 1 });
    expect(await stateOf(id)).toBe("RETIRED");
    const kinds = (await readLog(gateway, { assets: [id] }, before)).map((it) => it.kind);
    expect(kinds.filter((it) => it.startsWith("ASSET_"))).toEqual(["ASSET_SUSPECTED", "ASSET_RETIRED"]);
    const { userErrors } = await mutate(gateway, "addOwners", { asset: id, owners: [{ principal: "bob" }] });
    expect(userErrors).toMatchObject([{ code: "ASSET_RETIRED" }]);
    await settle(gateway);
    const document = '{ drift(filter: { names: ["shop.dropped"] }) { nodes { kind source { name } } } }';
    expect(await gateway.query(document)).toEqual({
      drift: { nodes: [{ kind: "ORPHAN", source: { name: "catalog" } }] },
    });
  });

  test("is taken up again where a suspected table is there once more", async () => {
    const { id } = await findAsset(gateway, "shop.returned");
    await mutateEverywhere(gateway, "addOwners", { name: "shop.returned", owners: [{ principal: "alice" }] });
    // Out of sight of this catalog's listings, and back: what a move through another catalog looks like.
    const location = `${server.url}/v1/namespaces/shop/tables/returned`;
    const metadata = ((await (await fetch(location)).json()) as Record<string, unknown>)["metadata-location"];
    await fetch(`${location}?purgeRequested=false`, { method: "DELETE" });
    await scan(gateway);
    expect(await stateOf(id)).toBe("SUSPECTED");
    const registered = await fetch(`${server.url}/v1/namespaces/shop/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "returned", "metadata-location": metadata }),
    });
    expect(registered.status).toBe(200);
    await scan(gateway);
    await settle(gateway);
    expect(await findAsset(gateway, "shop.returned")).toMatchObject({ id, state: "ACTIVE" });
    expect((await readLog(gateway, { assets: [id] })).map((it) => it.kind)).toContain("ASSET_RESTORED");
    expect(await readField(gateway, id, "owners", "LIVE")).toMatchObject({ status: "IN_SYNC" });
  });
});
