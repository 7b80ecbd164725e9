import { afterAll, beforeAll, expect, test } from "vitest";
import { GatewayProcess } from "../support/gateway-process.ts";
import { type IcebergReference, startIcebergReference } from "../support/iceberg-reference.ts";
import { type ForeignWriter, startForeignWriter } from "../support/pyiceberg.ts";
import { describeWithService } from "../support/services.ts";
import {
  type DriftEventNode,
  followDrift,
  headOf,
  mutate,
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
const both = { authority: "catalog", mirrors: ["lakehouse"] };
const RULES = [
  { name: "strictest", fields: ["sensitivity", "retention"], onConflict: "most-restrictive", ...both },
  { name: "newest", fields: ["lifecycle"], onConflict: "newest-at-authority", ...both },
  { name: "asked", fields: ["domain"], onConflict: "review", ...both },
  { name: "merged", fields: ["classifications"], onForeignWrite: "adopt", onConflict: "most-restrictive", ...both },
];

describeWithService(["iceberg-reference", "pyiceberg"], "Where both sides change between two scans", () => {
  let server: IcebergReference;
  let writer: ForeignWriter;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    server = await startIcebergReference();
    writer = await startForeignWriter(server.url);
    await writer.createNamespace("shop");
    await writer.createTable("shop.orders", COLUMNS);
    gateway = await GatewayProcess.start({ config: governed(server.url, RULES) });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await writer?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** The gateway does not look at the lakehouse while both change; then it does. Gives what was told of the drift. */
  async function whileApart(
    changes: () => Promise<unknown>,
    isLast: (event: DriftEventNode) => boolean = (it) => it.type === "RESOLVED",
  ): Promise<readonly DriftEventNode[]> {
    await setMode(gateway, "lakehouse", "PAUSE");
    await settle(gateway);
    await changes();
    const before = await headOf(gateway);
    await setMode(gateway, "lakehouse", "ENFORCE");
    await scan(gateway);
    const events = await followDrift(gateway, before, { kinds: ["CONFLICT"] }, isLast);
    await settle(gateway);
    return events;
  }

  const ofBoth = async (path: string): Promise<unknown> => {
    const { at, status } = await readField(gateway, "shop.orders", path, "LIVE");
    expect(at["lakehouse"]).toEqual(at["catalog"]);
    expect(status).toBe("IN_SYNC");
    return at["catalog"];
  };

  test("the authority's value stands under `authority`, and the conflict is told with both", async () => {
    const set = (value: string) => ({ name: "shop.orders", field: "costCenter", value });
    await mutateEverywhere(gateway, "setCustomField", set("CC-1"));
    const events = await whileApart(async () => {
      await mutate(gateway, "setCustomField", set("CC-2"));
      await writer.setProperty("shop.orders", "concordat.custom.costCenter", "CC-3");
    });
    expect(events[0]).toMatchObject({
      type: "OPENED",
      drift: { kind: "CONFLICT", field: "custom.costCenter", base: "CC-1", wanted: "CC-2", found: "CC-3" },
    });
    expect(events.at(-1)?.drift).toMatchObject({ resolution: "reverted" });
    expect(await ofBoth("custom.costCenter")).toBe("CC-2");
    expect(await writer.readProperty("shop.orders", "concordat.custom.costCenter")).toBe("CC-2");
  });

  test("the stricter value stands under `most-restrictive`, whichever side has it", async () => {
    const set = (sensitivity: string) => ({ name: "shop.orders", sensitivity });
    await mutateEverywhere(gateway, "setSensitivity", set("INTERNAL"));
    await whileApart(async () => {
      await mutate(gateway, "setSensitivity", set("CONFIDENTIAL"));
      await writer.setProperty("shop.orders", "concordat.sensitivity", "RESTRICTED");
    });
    expect(await ofBoth("sensitivity")).toBe("RESTRICTED");
    await mutateEverywhere(gateway, "setSensitivity", set("INTERNAL"));
    await whileApart(async () => {
      await mutate(gateway, "setSensitivity", set("CONFIDENTIAL"));
      await writer.setProperty("shop.orders", "concordat.sensitivity", "PUBLIC");
    });
    expect(await ofBoth("sensitivity")).toBe("CONFIDENTIAL");
  });

  test("a legal hold in the lakehouse stands against a longer retention in the catalog", async () => {
    const set = (duration: string) => ({ name: "shop.orders", retention: { duration } });
    await mutateEverywhere(gateway, "setRetention", set("P1Y"));
    await whileApart(async () => {
      await mutate(gateway, "setRetention", set("P30Y"));
      const held = JSON.stringify({ duration: "P2Y", legalHold: true });
      await writer.setProperty("shop.orders", "concordat.retention", held);
    });
    expect(await ofBoth("retention")).toMatchObject({ duration: "P2Y", legalHold: true });
  });

  test("under `newest-at-authority` the mirror's value stands only if it is provably the later one", async () => {
    const set = (stage: string) => ({ name: "shop.orders", lifecycle: { stage } });
    const write = (stage: string) =>
      writer.setProperty("shop.orders", "concordat.lifecycle", JSON.stringify({ stage }));
    await mutateEverywhere(gateway, "setLifecycle", set("draft"));
    await whileApart(async () => {
      await mutate(gateway, "setLifecycle", set("live"));
      await write("deprecated"); // perhaps before that: nobody can tell
    });
    expect(await ofBoth("lifecycle")).toMatchObject({ stage: "live" });
    const before = await headOf(gateway);
    await setMode(gateway, "lakehouse", "OBSERVE");
    await mutate(gateway, "setLifecycle", set("frozen"));
    await scan(gateway); // sees that the lakehouse still has the old one
    await write("deprecated");
    await scan(gateway);
    await setMode(gateway, "lakehouse", "ENFORCE");
    await followDrift(gateway, before, { fields: ["lifecycle"] }, (it) => it.type === "RESOLVED");
    await settle(gateway);
    expect(await ofBoth("lifecycle")).toMatchObject({ stage: "deprecated" });
  });

  test("nothing is written under `review` until a person has set the field", async () => {
    const set = (domain: string) => ({ name: "shop.orders", domain });
    await mutateEverywhere(gateway, "setDomain", set("sales"));
    const before = await headOf(gateway);
    await whileApart(
      async () => {
        await mutate(gateway, "setDomain", set("commerce"));
        await writer.setProperty("shop.orders", "concordat.domain", "finance");
      },
      ({ drift }) => drift.state === "IN_REVIEW",
    );
    const intended = await readLog(gateway, { kinds: ["WRITE_INTENDED"], sources: ["lakehouse"] }, before);
    expect(intended).toEqual([]);
    expect(await readField(gateway, "shop.orders", "domain", "LIVE")).toMatchObject({
      status: "CONFLICT",
      at: { catalog: "commerce", lakehouse: "finance" },
    });
    expect(await openDrift(gateway, "shop.orders")).toMatchObject([
      { kind: "CONFLICT", state: "IN_REVIEW", base: "sales", wanted: "commerce", found: "finance" },
    ]);
    await mutateEverywhere(gateway, "setDomain", set("finance"));
    await settle(gateway);
    expect(await ofBoth("domain")).toBe("finance");
    expect(await openDrift(gateway, "shop.orders")).toEqual([]);
  });

  test("sets merge element by element: what each side added is in both, what one took away is gone from both", async () => {
    const tags = (...names: string[]) => ({
      name: "shop.orders",
      classifications: names.map((it) => ({ name: it.split("=")[0], value: it.split("=")[1] })),
    });
    const property = "concordat.classifications";
    await mutateEverywhere(
      gateway,
      "addClassifications",
      tags("pii.email", "pii.phone", "old.one", "old.two", "tier=1"),
    );
    await setMode(gateway, "lakehouse", "PAUSE");
    await settle(gateway);
    await mutate(gateway, "addClassifications", tags("by.catalog"));
    await mutate(gateway, "removeClassifications", tags("old.one"));
    const theirs = ["pii.email", "pii.phone", "old.one", "by.lakehouse", "tier=1"]; // without old.two
    await writer.setProperty("shop.orders", property, JSON.stringify(theirs));
    await setMode(gateway, "lakehouse", "ENFORCE");
    await scan(gateway);
    await settle(gateway);
    const merged = (await ofBoth("classifications")) as { name: string; value: string | null }[];
    expect(merged.map((it) => (it.value === null ? it.name : `${it.name}=${it.value}`))).toEqual([
      "by.catalog",
      "by.lakehouse",
      "pii.email",
      "pii.phone",
      "tier=1",
    ]);
    expect(JSON.parse((await writer.readProperty("shop.orders", property)) ?? "")).toEqual([
      "by.catalog",
      "by.lakehouse",
      "pii.email",
      "pii.phone",
      "tier=1",
    ]);
    expect(await openDrift(gateway, "shop.orders")).toEqual([]);
  });

  test("the same change on both sides is no conflict, and nothing is written", async () => {
    const set = (value: string) => ({ name: "shop.orders", field: "team", value });
    await mutateEverywhere(gateway, "setCustomField", set("red"));
    await setMode(gateway, "lakehouse", "PAUSE");
    await settle(gateway);
    await mutate(gateway, "setCustomField", set("blue"));
    await writer.setProperty("shop.orders", "concordat.custom.team", "blue");
    const before = await headOf(gateway);
    await setMode(gateway, "lakehouse", "ENFORCE");
    await scan(gateway);
    await settle(gateway);
    expect(await ofBoth("custom.team")).toBe("blue");
    expect(await readLog(gateway, { kinds: ["DRIFT_OPENED", "WRITE_INTENDED"] }, before)).toEqual([]);
  });
});
