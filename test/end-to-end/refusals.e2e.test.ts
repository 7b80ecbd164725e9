import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { waitFor } from "../support/wait-for.ts";
import {
  findAsset,
  headOf,
  type Input,
  type MutationName,
  mutate,
  mutateEverywhere,
  readField,
  readLog,
  scan,
  setMode,
  settle,
} from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 120_000 });

const HUNDRED = Array.from({ length: 100 }, (_, index) => index);
const NO_ASSET = "asset:01J00000000000000000000000";
const RULES = [
  {
    name: "lakehouse-owners",
    assets: { names: ["shop.theirs"] },
    fields: ["owners"],
    authority: "lakehouse",
    mirrors: ["catalog"],
  },
];

describe("Mutations that must change nothing", () => {
  let sandbox: IcebergSandbox;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    sandbox = await startIcebergSandbox();
    sandbox.edit.createNamespace("shop");
    for (const name of ["orders", "theirs", "gone"]) {
      sandbox.edit.createTable(`shop.${name}`, [{ name: "id", type: "long" }], { comment: "As it was." });
    }
    const config = governed(sandbox.url, RULES, { deletion: { misses: 1, gracePeriod: "PT0S" } });
    gateway = await GatewayProcess.start({ config });
    sandbox.edit.drop("shop.gone");
    await scan(gateway);
    await settle(gateway);
  });
  afterEach(async () => {
    sandbox.faults.clear();
    for (const it of ["lakehouse", "catalog"]) await setMode(gateway, it, "ENFORCE");
    await settle(gateway);
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await sandbox?.[Symbol.asyncDispose]();
  });

  /** What the lakehouse holds: none of its tables was committed to as long as it is the same. */
  const lakehouse = (): string =>
    JSON.stringify(
      ["shop.orders", "shop.theirs"].map((it) => [
        sandbox.edit.table(it)["last-updated-ms"],
        sandbox.edit.properties(it),
      ]),
    );

  const refused = async (mutation: MutationName, input: Input) => {
    const [head, before] = [await headOf(gateway), lakehouse()];
    const { change, userErrors } = await mutate(gateway, mutation, input);
    await settle(gateway);
    expect(lakehouse()).toBe(before);
    expect((await readLog(gateway, { kinds: ["FIELD_CHANGED", "WRITE_APPLIED"] }, head)).length).toBe(0);
    expect(change).toBeNull();
    expect(userErrors).toHaveLength(1);
    const [error] = userErrors;
    if (!error) throw new Error("There is no error.");
    return error;
  };

  test("a hundred identical ones under one idempotency key at once are one change", async () => {
    const head = await headOf(gateway);
    const input = { name: "shop.orders", owners: [{ principal: "alice" }], idempotencyKey: "nightly-17" };
    const payloads = await Promise.all(HUNDRED.map(() => mutate(gateway, "addOwners", input)));
    expect(payloads.flatMap((it) => it.userErrors)).toEqual([]);
    expect(new Set(payloads.map((it) => it.change?.cursor)).size).toBe(1);
    expect(payloads[0]?.change).not.toBeNull();
    await settle(gateway);
    const log = await readLog(gateway, { fields: ["owners"] }, head);
    expect(log.filter((it) => it.kind === "FIELD_CHANGED")).toHaveLength(1);
    expect(log.filter((it) => it.kind === "WRITE_APPLIED").map((it) => it.source?.name)).toEqual([
      "catalog",
      "lakehouse",
    ]);
    expect(await mutate(gateway, "addOwners", input)).toMatchObject({ change: payloads[0]?.change });
  });

  test("an idempotency key that was used for another request is refused", async () => {
    const input = { name: "shop.orders", idempotencyKey: "once" };
    await mutateEverywhere(gateway, "addOwners", { ...input, owners: [{ principal: "bob" }] });
    const error = await refused("addOwners", { ...input, owners: [{ principal: "carol" }] });
    expect(error).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED", path: ["idempotencyKey"] });
    expect(error.message).toContain("Use a new key");
  });

  test.each<[string, MutationName, Input, { code: string; path: string[]; says: RegExp }]>([
    [
      "an asset that there is not, by id",
      "addOwners",
      { asset: NO_ASSET, owners: [{ principal: "x" }] },
      { code: "ASSET_NOT_FOUND", path: ["asset"], says: /Look it up/ },
    ],
    [
      "an asset that there is not, by name",
      "addOwners",
      { name: "shop.nothing", owners: [{ principal: "x" }] },
      { code: "ASSET_NOT_FOUND", path: ["name"], says: /shop\.nothing.*Look it up/ },
    ],
    [
      "an asset that is gone",
      "addOwners",
      { name: "shop.gone", owners: [{ principal: "x" }] },
      { code: "ASSET_RETIRED", path: ["name"], says: /shop\.gone is RETIRED since/ },
    ],
    [
      "no asset at all",
      "addOwners",
      { owners: [{ principal: "x" }] },
      { code: "INVALID_INPUT", path: ["asset"], says: /asset.*name|name.*asset/ },
    ],
    [
      "a column that there is not",
      "setDescription",
      { name: "shop.orders", column: "colour", description: "x" },
      { code: "UNKNOWN_FIELD", path: ["column"], says: /no column "colour".*It has id/ },
    ],
    [
      "a column of a namespace",
      "setDescription",
      { name: "shop", column: "id", description: "x" },
      { code: "UNKNOWN_FIELD", path: ["column"], says: /no column/ },
    ],
    [
      "a custom field with a name that cannot be",
      "setCustomField",
      { name: "shop.orders", field: "cost centre", value: 1 },
      { code: "UNKNOWN_FIELD", path: ["field"], says: /no field "custom\.cost centre"/ },
    ],
    [
      "a version that is not held any more",
      "setDomain",
      { name: "shop.orders", domain: "x", expectedVersion: "stale" },
      { code: "VERSION_CONFLICT", path: ["expectedVersion"], says: /Read it again/ },
    ],
    [
      "a value that is none of the field",
      "addClassifications",
      { name: "shop.orders", classifications: [{ name: "personal data!" }] },
      { code: "INVALID_VALUE", path: ["classifications"], says: /letters, digits/ },
    ],
    [
      "a level of sensitivity that there is not",
      "setSensitivity",
      { name: "shop.orders", sensitivity: "SECRET" },
      { code: "INVALID_VALUE", path: ["sensitivity"], says: /Levels: PUBLIC, INTERNAL/ },
    ],
    [
      "a value that the authority cannot hold",
      "setOwners",
      { name: "shop.theirs", owners: [{ principal: "alice", role: "steward" }] },
      { code: "CANNOT_HOLD", path: ["owners"], says: /lakehouse cannot hold.*role/ },
    ],
  ])("%s", async (_title, mutation, input, { code, path, says }) => {
    const error = await refused(mutation, input);
    expect(error).toMatchObject({ code, path });
    expect(error.message).toMatch(says);
  });

  test("a version that is held lets the change through, once", async () => {
    const { version } = await readField(gateway, "shop.orders", "domain");
    const input = { name: "shop.orders", expectedVersion: version };
    await mutateEverywhere(gateway, "setDomain", { ...input, domain: "sales" });
    expect(await refused("setDomain", { ...input, domain: "finance" })).toMatchObject({ code: "VERSION_CONFLICT" });
    expect((await readField(gateway, "shop.orders", "domain", "LIVE")).at["catalog"]).toBe("sales");
  });

  test("a source in mode observe, and one that is paused", async () => {
    await setMode(gateway, "catalog", "OBSERVE");
    const observed = await refused("addOwners", { name: "shop.orders", owners: [{ principal: "x" }] });
    expect(observed).toMatchObject({ code: "SOURCE_IN_OBSERVE_MODE" });
    expect(observed.message).toMatch(/catalog is in mode observe.*setSourceMode/);
    await setMode(gateway, "catalog", "PAUSE");
    const paused = await refused("addOwners", { name: "shop.orders", owners: [{ principal: "x" }] });
    expect(paused).toMatchObject({ code: "SOURCE_PAUSED" });
  });

  test("a source that is down, while the others go on", async () => {
    const [head, before] = [await headOf(gateway), lakehouse()];
    sandbox.faults.add({ kind: "server-error" });
    const input = { name: "shop.orders", description: "New." };
    const { change, deliveries, userErrors } = await mutate(gateway, "setDescription", input);
    expect(change).toBeNull();
    expect(userErrors).toMatchObject([{ code: "SOURCE_UNAVAILABLE" }]);
    expect(userErrors[0]?.message).toMatch(/lakehouse has authority over description.*try again later/);
    expect(deliveries).toMatchObject([{ source: { name: "lakehouse" }, role: "AUTHORITY", status: "FAILED" }]);
    expect(await readLog(gateway, {}, head)).toEqual([]);
    expect(lakehouse()).toBe(before);
    const other = await mutate(gateway, "setDomain", { name: "shop.orders", domain: "while-down" });
    expect(other.userErrors).toEqual([]);
    expect(other.deliveries.map((it) => `${it.source.name} ${it.status}`)).toEqual([
      "catalog APPLIED",
      "lakehouse PENDING",
    ]);
    sandbox.faults.clear();
    await waitFor("the lakehouse has what it missed", () => {
      return sandbox.edit.properties("shop.orders")["concordat.domain"] === "while-down";
    });
    await waitFor("the lakehouse takes it", async () => {
      return (await mutate(gateway, "setDescription", input)).userErrors.length === 0;
    });
    expect(sandbox.edit.properties("shop.orders")["comment"]).toBe("New.");
  });

  test("a document that is wrong, and a list that is too long", async () => {
    const wrong = await gateway.queryRaw("mutation { addOwners { colour } }");
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: "GRAPHQL_VALIDATION_FAILED" });
    const changes = Array.from({ length: 5_001 }, () => ({ name: "shop.orders", field: "domain", value: "x" }));
    const document = `mutation ($input: ApplyChangesInput!) {
      applyChanges(input: $input) { succeeded userErrors { code path message } } }`;
    expect(await gateway.query(document, { input: { changes } })).toMatchObject({
      applyChanges: { succeeded: 0, userErrors: [{ code: "INVALID_INPUT", path: ["changes"] }] },
    });
  });

  test("in a list, each change that is wrong is told at its place, and the others are made", async () => {
    const { id } = await findAsset(gateway, "shop.orders");
    const changes = [
      { asset: id, field: "custom.one", value: 1 },
      { asset: NO_ASSET, field: "custom.one", value: 1 },
      { name: "shop.orders", field: "columns.nope.description", value: "x" },
      { name: "shop.orders", field: "classifications", operation: "ADD", value: [{ name: "ok" }] },
    ];
    const document = `mutation ($input: ApplyChangesInput!) {
      applyChanges(input: $input) { succeeded failed results { userErrors { code path } } } }`;
    expect(await gateway.query(document, { input: { changes } })).toEqual({
      applyChanges: {
        succeeded: 2,
        failed: 2,
        results: [
          { userErrors: [] },
          { userErrors: [{ code: "ASSET_NOT_FOUND", path: ["changes", "1", "asset"] }] },
          { userErrors: [{ code: "UNKNOWN_FIELD", path: ["changes", "2", "field"] }] },
          { userErrors: [] },
        ],
      },
    });
  });
});
