import { expect, test } from "vitest";
import { LAKEHOUSE } from "../support/fake-gateway.ts";
import { openGraph } from "../support/graph-harness.ts";
import { AT, assetId, drift, driftCommit, driftId, ownersChanged, tables } from "../support/sample-lakehouse.ts";

test("an asset is found by id, by name and by what a source calls it", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(2));
  const { data, errors } = await graph.ask(
    `query($id: ID!) {
      byId: asset(id: $id) { id name }
      byName: asset(name: "sales.t1") { id }
      byNative: asset(reference: { source: "lakehouse", name: ["sales", "t1"] }) { id }
      byStableId: asset(reference: { source: "source:lakehouse", stableId: "uuid-sales.t1" }) { id }
      none: asset(name: "sales.nothing") { id }
    }`,
    { id: assetId(1) },
  );
  expect(errors).toEqual([]);
  const same = { id: assetId(1) };
  expect(data).toEqual({
    byId: { ...same, name: "sales.t1" },
    byName: same,
    byNative: same,
    byStableId: same,
    none: null,
  });
});

test("a governed field tells value, authority, status, version and what each source says", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  await graph.commit({
    changes: [ownersChanged(1, [{ principal: "alice@example.com", role: null }], { reason: "Moved." })],
  });
  const { data, errors } = await graph.ask(`{ asset(name: "sales.t1") {
    kind state labels { name value } createdAt status stale
    bindings { source { name role } nativeName stableId state observedAt }
    owners {
      path status version authority { id mode } mirrors { name } value { principal { id name } role }
      observations { source { name } state value observedAt stale }
      lastChange { kind reason actor { kind id } after }
    }
    sensitivity { value observations { state } }
    custom(name: "costCenter") { path value }
    fields(paths: ["owners", "description"], status: [IN_SYNC]) { __typename path }
  } }`);
  expect(errors).toEqual([]);
  const alice = [{ principal: "alice@example.com", role: null }];
  const seen = { state: "VALUE", value: alice, observedAt: AT, stale: false };
  expect(data).toEqual({
    asset: {
      kind: "TABLE",
      state: "ACTIVE",
      labels: [{ name: "tier", value: "gold" }],
      createdAt: AT,
      status: expect.any(String),
      stale: false,
      bindings: [
        {
          source: { name: "catalog", role: "CATALOG" },
          nativeName: ["sales", "t1"],
          stableId: null,
          state: "PRESENT",
          observedAt: AT,
        },
        {
          source: { name: "lakehouse", role: "LAKEHOUSE" },
          nativeName: ["sales", "t1"],
          stableId: "uuid-sales.t1",
          state: "PRESENT",
          observedAt: AT,
        },
      ],
      owners: {
        path: "owners",
        status: expect.any(String),
        version: expect.stringMatching(/./),
        authority: { id: "source:catalog", mode: "ENFORCE" },
        mirrors: [{ name: "lakehouse" }],
        value: [{ principal: { id: "principal:alice@example.com", name: "alice@example.com" }, role: null }],
        observations: [
          { source: { name: "catalog" }, ...seen },
          { source: { name: "lakehouse" }, ...seen },
        ],
        lastChange: {
          kind: "FIELD_CHANGED",
          reason: "Moved.",
          actor: { kind: "PERSON", id: "alice@example.com" },
          after: alice,
        },
      },
      sensitivity: { value: null, observations: [{ state: "ABSENT" }, { state: "ABSENT" }] },
      custom: { path: "custom.costCenter", value: null },
      fields: [
        { __typename: "OwnersField", path: "owners" },
        { __typename: "TextField", path: "description" },
      ],
    },
  });
});

test("columns are paged and carry what is governed about them", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  const page = `{ totalCount pageInfo { hasNextPage endCursor } nodes { id name type required description { path value } classifications { value { name } } } }`;
  const first = await graph.ask(`{ asset(name: "sales.t1") { columns(first: 1) ${page} } }`);
  expect(first.data).toEqual({
    asset: {
      columns: {
        totalCount: 2,
        pageInfo: { hasNextPage: true, endCursor: "1" },
        nodes: [
          {
            id: "1",
            name: "id",
            type: "long",
            required: true,
            description: { path: "columns.id.description", value: null },
            classifications: { value: [] },
          },
        ],
      },
    },
  });
  const second = await graph.ask(`{ asset(name: "sales.t1") { columns(first: 5, after: "1") ${page} } }`);
  expect(second.data).toMatchObject({
    asset: {
      columns: {
        pageInfo: { hasNextPage: false },
        nodes: [{ name: "price", description: { value: "What it costs." } }],
      },
    },
  });
});

test("assets are filtered, ordered and paged in both directions", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(5));
  const names = "nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
  const { data, errors } = await graph.ask(`{
    first: assets(first: 2) { ${names} }
    last: assets(last: 2, orderBy: { by: NAME, direction: DESC }) { nodes { name } }
    filtered: assets(filter: { or: [{ name: "sales.t1" }, { name: ["*.t4"], kind: TABLE }], not: { owner: "bob@example.com" } }) { nodes { name } }
    none: assets(filter: { state: RETIRED }) { nodes { name } }
  }`);
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    first: {
      nodes: [{ name: "sales.t1" }, { name: "sales.t2" }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    },
    last: { nodes: [{ name: "sales.t2" }, { name: "sales.t1" }] },
    filtered: { nodes: [{ name: "sales.t1" }, { name: "sales.t4" }] },
    none: { nodes: [] },
  });
  const { endCursor } = (data as unknown as { first: { pageInfo: { endCursor: string } } }).first.pageInfo;
  const next = await graph.ask(
    `query($after: String) { assets(first: 2, after: $after) { edges { cursor node { name } } } }`,
    { after: endCursor },
  );
  expect(next.data).toMatchObject({
    assets: { edges: [{ node: { name: "sales.t3" } }, { node: { name: "sales.t4" } }] },
  });
});

test("retired assets are listed only where somebody asks for them", async () => {
  await using graph = await openGraph();
  const { assets = [] } = tables(2);
  const [kept, gone] = assets;
  if (!kept || !gone?.asset) throw new Error("two tables");
  await graph.commit({ assets: [kept, { ...gone, asset: { ...gone.asset, state: "RETIRED", retiredAt: AT } }] });
  const { data } = await graph.ask(
    `{ all: assets { nodes { name } } retired: assets(filter: { state: [RETIRED] }) { nodes { name retiredAt } } }`,
  );
  expect(data).toEqual({
    all: { nodes: [{ name: "sales.t1" }] },
    retired: { nodes: [{ name: "sales.t2", retiredAt: AT }] },
  });
});

test("nodes answers for every sort of object in the order asked, null where there is none", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  await graph.commit(driftCommit("DRIFT_OPENED", drift(1, 1), 1));
  const ids = [driftId(1), assetId(1), assetId(9), "change:1", "change:999", "source:lakehouse", "source:unheard-of"];
  const { data, errors } = await graph.ask(
    `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } node(id: "change:2") { id ... on Change { kind } } }`,
    { ids },
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    nodes: [
      { __typename: "Drift", id: driftId(1) },
      { __typename: "Asset", id: assetId(1) },
      null,
      { __typename: "Change", id: "change:1" },
      null,
      { __typename: "Source", id: "source:lakehouse" },
      null,
    ],
    node: { id: "change:2", kind: "DRIFT_OPENED" },
  });
});

test("drift lists what is open unless states are asked for, and stands on asset and field", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(2));
  await graph.commit(driftCommit("DRIFT_OPENED", drift(1, 1), 1));
  await graph.commit(
    driftCommit("DRIFT_OPENED", drift(2, 2, { state: "RESOLVED", resolvedAt: AT, resolution: "reverted" }), 1),
  );
  const { data, errors } = await graph.ask(`{
    drift { nodes { id kind state field source { name } authority { name } base hasBase wanted found asset { name drift { nodes { id } } owners { drift { id } } } } }
    resolved: drift(filter: { states: [RESOLVED], names: ["sales.**"] }) { nodes { id resolution resolvedAt } pageInfo { hasNextPage } }
  }`);
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    drift: {
      nodes: [
        {
          id: driftId(1),
          kind: "FOREIGN_WRITE",
          state: "OPEN",
          field: "owners",
          hasBase: true,
          source: { name: "lakehouse" },
          authority: { name: "catalog" },
          found: [{ principal: "mallory@example.com", role: null }],
          asset: { name: "sales.t1", drift: { nodes: [{ id: driftId(1) }] }, owners: { drift: { id: driftId(1) } } },
        },
      ],
    },
    resolved: { nodes: [{ id: driftId(2), resolution: "reverted", resolvedAt: AT }], pageInfo: { hasNextPage: false } },
  });
});

test("the log is read on from any cursor, in both directions", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(3));
  await graph.commit({ changes: [ownersChanged(2, null, { causedBy: 1 })] });
  const fields =
    "nodes { id cursor kind asset { name } causedBy { id } } pageInfo { hasNextPage endCursor startCursor }";
  const first = await graph.ask(`{ changes(first: 2) { ${fields} } }`);
  const page = (first.data as unknown as { changes: { nodes: { id: string }[]; pageInfo: { endCursor: string } } })
    .changes;
  expect(page.nodes.map((it) => it.id)).toEqual(["change:1", "change:2"]);
  const rest = await graph.ask(
    `query($after: Cursor) { changes(after: $after) { ${fields} } last: changes(last: 1) { nodes { id } } }`,
    { after: page.pageInfo.endCursor },
  );
  expect(rest.data).toMatchObject({
    changes: {
      nodes: [{ id: "change:3" }, { id: "change:4", asset: { name: "sales.t2" }, causedBy: { id: "change:1" } }],
      pageInfo: { hasNextPage: false },
    },
    last: { nodes: [{ id: "change:4" }] },
  });
  const owners = await graph.ask(
    `{ changes(filter: { names: "sales.*", fields: "own*", actors: "alice@example.com" }) { nodes { id } } asset(name: "sales.t2") { changes(fields: ["owners"]) { nodes { id } } } }`,
  );
  expect(owners.data).toEqual({
    changes: { nodes: [{ id: "change:4" }] },
    asset: { changes: { nodes: [{ id: "change:4" }] } },
  });
});

test("a live read whose source fails gives what the ledger knows, marked stale, and an error with a code", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  graph.gateway.liveErrors = [
    { asset: assetId(1), source: LAKEHOUSE, error: { code: "timeout", message: "No answer." } },
  ];
  const { data, errors } = await graph.ask(
    `{ asset(name: "sales.t1", freshness: LIVE) { name stale bindings { source { name } stale } owners { value { role } observations { source { name } stale } } } }`,
  );
  expect(data).toEqual({
    asset: {
      name: "sales.t1",
      stale: true,
      bindings: [
        { source: { name: "catalog" }, stale: false },
        { source: { name: "lakehouse" }, stale: true },
      ],
      owners: {
        value: [{ role: null }],
        observations: [
          { source: { name: "catalog" }, stale: false },
          { source: { name: "lakehouse" }, stale: true },
        ],
      },
    },
  });
  expect(errors).toMatchObject([
    { path: ["asset"], extensions: { code: "SOURCE_UNAVAILABLE", source: "lakehouse", reason: "timeout" } },
  ]);
});
