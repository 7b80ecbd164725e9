import { expect, test } from "vitest";
import { CATALOG, LAKEHOUSE } from "../support/fake-gateway.ts";
import { openGraph } from "../support/graph-harness.ts";
import { assetId, tables } from "../support/sample-lakehouse.ts";

test("sources tell what they are, how they stand and what they can do", async () => {
  await using graph = await openGraph();
  const [catalog, lakehouse] = graph.gateway.views;
  if (!catalog || !lakehouse) throw new Error("two sources");
  graph.gateway.views = [
    catalog,
    { ...lakehouse, error: { code: "timeout", message: "No answer.", retryAfterMs: 500 } },
  ];
  const { data } = await graph.ask(
    `{ sources { id name role type state error { code retryAfterMs } mode completeScans lastCompleteScanAt capabilities { provesExistence fields { field kinds many write } } } }`,
  );
  expect(data).toMatchObject({
    sources: [
      { id: "source:catalog", role: "CATALOG", state: "UP", error: null, mode: "ENFORCE", completeScans: 3 },
      {
        id: "source:lakehouse",
        role: "LAKEHOUSE",
        state: "FAILING",
        error: { code: "timeout", retryAfterMs: 500 },
        capabilities: { provesExistence: true },
      },
    ],
  });
});

test("the treaty in force can be read", async () => {
  await using graph = await openGraph();
  const { data, errors } = await graph.ask(
    `{ treaty { hash sensitivityLevels rules { name authority { name } mirrors { name } merge onConflict defaultMode modes { mode } } deletion { misses grace } guards { maxRemovals maxRemovalPercent } } }`,
  );
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    treaty: {
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      sensitivityLevels: ["PUBLIC", "INTERNAL", "CONFIDENTIAL", "RESTRICTED"],
      rules: expect.arrayContaining([
        expect.objectContaining({
          name: "everything",
          authority: { name: "catalog" },
          mirrors: [{ name: "lakehouse" }],
        }),
      ]),
      deletion: { grace: expect.stringMatching(/^P/) },
    },
  });
});

test("explain tells rule, modes, bases and decision", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  graph.gateway.explanation = {
    rules: [{ name: "everything", decides: true, because: "It is the only one.", elements: [] }],
    mode: [{ source: LAKEHOUSE, mode: "seed-once" }],
    bases: [
      { mirror: LAKEHOUSE, value: null },
      { mirror: CATALOG, value: undefined },
    ],
    decision: "They agree.",
  };
  const { data, errors } = await graph.ask(
    `query($asset: ID!) { explain(asset: $asset, field: "owners") { asset { name } field { path } rules { name decides because elements } modes { source { name } mode } bases { mirror { name } known value } decision } }`,
    { asset: assetId(1) },
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    explain: {
      asset: { name: "sales.t1" },
      field: { path: "owners" },
      rules: [{ name: "everything", decides: true, because: "It is the only one.", elements: [] }],
      modes: [{ source: { name: "lakehouse" }, mode: "SEED_ONCE" }],
      bases: [
        { mirror: { name: "lakehouse" }, known: true, value: null },
        { mirror: { name: "catalog" }, known: false, value: null },
      ],
      decision: "They agree.",
    },
  });
});

test("plan tells what a reconcile would do, in the scope that was asked for", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  const [owners] = graph.gateway.viewFields((await graph.ledger.loadStates([assetId(1)]))[0] as never, ["owners"]);
  if (!owners) throw new Error("owners");
  graph.gateway.report = {
    assetsExamined: 1,
    items: [
      {
        asset: assetId(1),
        name: "sales.t1",
        path: owners.path,
        source: LAKEHOUSE,
        authority: CATALOG,
        action: "HOLD",
        drift: "CONFLICT",
        before: null,
        after: [],
        rule: "everything",
        because: "Observe.",
      },
    ],
    more: 2,
  };
  const { data, errors } = await graph.ask(
    `{ plan(scope: { names: ["sales.**"], sources: ["lakehouse"] }) { assetsExamined more items { asset { name } field source { name } authority { name } action drift before after rule because } } }`,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    plan: {
      assetsExamined: 1,
      more: 2,
      items: [
        {
          asset: { name: "sales.t1" },
          field: "owners",
          source: { name: "lakehouse" },
          authority: { name: "catalog" },
          action: "HOLD",
          drift: "CONFLICT",
          before: null,
          after: [],
          rule: "everything",
          because: "Observe.",
        },
      ],
    },
  });
  expect(graph.gateway.scopes).toEqual([{ names: ["sales.**"], sources: ["lakehouse"] }]);
});
