import { afterAll, beforeAll, expect, test } from "vitest";
import { GatewayProcess } from "../support/gateway-process.ts";
import { type IcebergReference, startIcebergReference } from "../support/iceberg-reference.ts";
import { type ForeignWriter, startForeignWriter } from "../support/pyiceberg.ts";
import { describeWithService } from "../support/services.ts";
import {
  followDrift,
  headOf,
  mutateEverywhere,
  openDrift,
  readField,
  readLog,
  scan,
  setMode,
  settle,
} from "./graph.ts";
import { governed } from "./treaty.ts";

const COLUMNS = [{ name: "id", type: "long" }];
const ALICE = [{ principal: "alice", role: null }];
const MALLORY = [{ principal: "mallory", role: null }];

/** Owners are put back; those of tables that begin with "adopted" are taken over; with "asked", a person decides. */
const RULES = [
  {
    name: "adopted-owners",
    assets: { names: ["shop.adopted*"] },
    fields: ["owners"],
    authority: "catalog",
    mirrors: ["lakehouse"],
    onForeignWrite: "adopt",
  },
  {
    name: "asked-owners",
    assets: { names: ["shop.asked*"] },
    fields: ["owners"],
    authority: "catalog",
    mirrors: ["lakehouse"],
    onForeignWrite: "review",
  },
];

describeWithService(["iceberg-reference", "pyiceberg"], "A foreign write in Apache's reference server", () => {
  let server: IcebergReference;
  let writer: ForeignWriter;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    server = await startIcebergReference();
    writer = await startForeignWriter(server.url);
    await writer.createNamespace("shop");
    for (const name of ["reverted", "adopted", "asked", "observed", "column"]) {
      await writer.createTable(`shop.${name}`, COLUMNS);
    }
    gateway = await GatewayProcess.start({ config: governed(server.url, RULES) });
    for (const name of ["reverted", "adopted", "asked", "observed"]) {
      await mutateEverywhere(gateway, "setOwners", { name: `shop.${name}`, owners: [{ principal: "alice" }] });
    }
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await writer?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** Where the table's newest metadata file lies: another one after any write. */
  async function metadataLocation(table: string): Promise<unknown> {
    const answer = await fetch(`${server.url}/v1/namespaces/shop/tables/${table}`);
    return ((await answer.json()) as Record<string, unknown>)["metadata-location"];
  }

  test("is told within one scan with field, base, wanted and found, and put back under revert", async () => {
    const before = await headOf(gateway);
    await writer.setProperty("shop.reverted", "owner", "mallory");
    await scan(gateway);
    const events = await followDrift(gateway, before, { names: ["shop.reverted"] }, (it) => it.type === "RESOLVED");
    expect(events[0]).toMatchObject({
      type: "OPENED",
      drift: {
        kind: "FOREIGN_WRITE",
        asset: { name: "shop.reverted" },
        field: "owners",
        source: { name: "lakehouse" },
        authority: { name: "catalog" },
        rule: "governance",
        hasBase: true,
        base: ALICE,
        wanted: ALICE,
        found: MALLORY,
      },
    });
    expect(events.at(-1)).toMatchObject({ type: "RESOLVED", drift: { resolution: "reverted", state: "RESOLVED" } });
    expect(new Set(events.map((it) => it.drift.id)).size).toBe(1);
    expect(await writer.readProperty("shop.reverted", "owner")).toBe("alice");
    expect(await readField(gateway, "shop.reverted", "owners", "LIVE")).toMatchObject({
      status: "IN_SYNC",
      at: { catalog: ALICE, lakehouse: ALICE },
    });
  });

  test("that removes a mirrored property is put back too", async () => {
    const before = await headOf(gateway);
    await writer.removeProperty("shop.reverted", "owner");
    await scan(gateway);
    const events = await followDrift(gateway, before, { names: ["shop.reverted"] }, (it) => it.type === "RESOLVED");
    expect(events[0]?.drift).toMatchObject({ kind: "FOREIGN_WRITE", base: ALICE, wanted: ALICE, found: null });
    expect(await writer.readProperty("shop.reverted", "owner")).toBe("alice");
  });

  test("of what is no value of the field is put back too", async () => {
    await mutateEverywhere(gateway, "setRetention", { name: "shop.reverted", retention: { duration: "P7Y" } });
    const before = await headOf(gateway);
    await writer.setProperty("shop.reverted", "concordat.retention", "for ever");
    await scan(gateway);
    const filter = { names: ["shop.reverted"], fields: ["retention"] };
    const events = await followDrift(gateway, before, filter, (it) => it.type === "RESOLVED");
    expect(events[0]?.drift).toMatchObject({ kind: "FOREIGN_WRITE", found: "for ever" });
    expect(await writer.readProperty("shop.reverted", "concordat.retention")).toContain("P7Y");
  });

  test("on a column is told by the column's path and put back", async () => {
    const input = { name: "shop.column", column: "id", classifications: [{ name: "key" }] };
    await mutateEverywhere(gateway, "addClassifications", input);
    const before = await headOf(gateway);
    await writer.setProperty("shop.column", "concordat.columns.1.classifications", '["nothing.at.all"]');
    await scan(gateway);
    const events = await followDrift(gateway, before, { names: ["shop.column"] }, (it) => it.type === "RESOLVED");
    expect(events[0]?.drift).toMatchObject({ kind: "FOREIGN_WRITE", field: "columns.id.classifications" });
    expect(await writer.readProperty("shop.column", "concordat.columns.1.classifications")).toBe('["key"]');
  });

  test("becomes the authority's value under adopt", async () => {
    const before = await headOf(gateway);
    await writer.setProperty("shop.adopted", "owner", "mallory");
    await scan(gateway);
    const events = await followDrift(gateway, before, { names: ["shop.adopted"] }, (it) => it.type === "RESOLVED");
    expect(events[0]).toMatchObject({
      type: "OPENED",
      drift: { kind: "FOREIGN_WRITE", base: ALICE, wanted: ALICE, found: MALLORY, rule: "adopted-owners" },
    });
    expect(events.at(-1)?.drift).toMatchObject({ resolution: "adopted" });
    expect((await readField(gateway, "shop.adopted", "owners", "LIVE")).at).toEqual({
      catalog: MALLORY,
      lakehouse: MALLORY,
    });
    expect(await writer.readProperty("shop.adopted", "owner")).toBe("mallory");
    const written = await readLog(gateway, { kinds: ["WRITE_APPLIED"], names: ["shop.adopted"] }, before);
    expect(written.map((it) => it.source?.name)).toEqual(["catalog"]);
  });

  test("waits for a person under review, and what they set stands", async () => {
    const before = await headOf(gateway);
    await writer.setProperty("shop.asked", "owner", "mallory");
    await scan(gateway);
    await settle(gateway);
    expect(await openDrift(gateway, "shop.asked")).toMatchObject([{ kind: "FOREIGN_WRITE", state: "IN_REVIEW" }]);
    expect(await readLog(gateway, { kinds: ["WRITE_INTENDED"], names: ["shop.asked"] }, before)).toEqual([]);
    await mutateEverywhere(gateway, "setOwners", { name: "shop.asked", owners: [{ principal: "alice" }] });
    await settle(gateway);
    expect(await openDrift(gateway, "shop.asked")).toEqual([]);
    expect(await writer.readProperty("shop.asked", "owner")).toBe("alice");
  });

  test("is told under observe, and nothing is written anywhere until a person says so", async () => {
    await setMode(gateway, "lakehouse", "OBSERVE");
    await setMode(gateway, "catalog", "OBSERVE");
    await settle(gateway);
    await writer.setProperty("shop.observed", "owner", "mallory");
    const [before, location] = [await headOf(gateway), await metadataLocation("observed")];
    await scan(gateway);
    await settle(gateway);
    const filter = { names: ["shop.observed"] };
    const [event] = await followDrift(gateway, before, filter, (it) => it.type === "OPENED");
    expect(event).toMatchObject({
      drift: { kind: "FOREIGN_WRITE", state: "OPEN", base: ALICE, wanted: ALICE, found: MALLORY },
    });
    expect(await metadataLocation("observed")).toBe(location);
    expect((await readField(gateway, "shop.observed", "owners", "LIVE")).at).toEqual({
      catalog: ALICE,
      lakehouse: MALLORY,
    });
    expect(await readLog(gateway, { kinds: ["WRITE_INTENDED", "WRITE_APPLIED"] }, before)).toEqual([]);
    await setMode(gateway, "lakehouse", "ENFORCE");
    await followDrift(gateway, before, filter, (it) => it.type === "RESOLVED");
    expect(await writer.readProperty("shop.observed", "owner")).toBe("alice");
    await setMode(gateway, "catalog", "ENFORCE");
  });

  test("is no drift where it only says again what stands there, and a second scan finds nothing new", async () => {
    await writer.setProperty("shop.reverted", "owner", " alice ");
    await scan(gateway);
    await settle(gateway);
    const before = await headOf(gateway);
    expect(await scan(gateway)).toMatchObject({ complete: true, changed: 0 });
    expect(await scan(gateway, "catalog")).toMatchObject({ complete: true, changed: 0 });
    await settle(gateway);
    expect(await readLog(gateway, {}, before)).toEqual([]);
    expect(await openDrift(gateway, "shop.reverted")).toEqual([]);
  });
});
