import { expect, test } from "vitest";
import type { FieldKey, FieldPath } from "../../src/domain/field.ts";
import { parseDriftId, parseReviewId } from "../../src/domain/ids.ts";
import type { FieldReview, GuardReview } from "../../src/domain/review.ts";
import { reviewEntry } from "../../src/plan/review-changes.ts";
import { CATALOG, LAKEHOUSE } from "../support/fake-gateway.ts";
import { openGraph } from "../support/graph-harness.ts";
import { assetId, tables } from "../support/sample-lakehouse.ts";

const AT = "2026-03-01T12:00:00.000Z";
const id = (n: number) => parseReviewId(`review:${String(n).padStart(26, "0")}`);
const OF_FIELD: FieldReview = {
  id: id(1), kind: "FIELD", state: "OPEN", source: LAKEHOUSE, openedAt: AT, because: "rule r asks for a review", drift: parseDriftId(`drift:${"0".repeat(26)}`),
  driftKind: "FOREIGN_WRITE", asset: assetId(1), key: "domain" as FieldKey, path: "domain" as FieldPath, authority: CATALOG, rule: "r", base: null, wanted: "sales", found: "hr",
}; // biome-ignore format: one glance
const OF_GUARD: GuardReview = {
  id: id(2), kind: "GUARD", state: "OPEN", source: LAKEHOUSE, openedAt: AT, because: "too much", scope: "writes", effect: "removal",
  spent: { changes: 5, assets: 5 }, bound: { changes: 5, assets: 25 }, modeBefore: "enforce", total: 2, listed: 2,
}; // biome-ignore format: one glance
const held = (n: number) => ({
  asset: assetId(n),
  key: "domain" as FieldKey,
  effect: "removal" as const,
  before: "sales",
  after: null,
});

async function openWithReviews(options: Parameters<typeof openGraph>[0] = {}) {
  const graph = await openGraph(options);
  await graph.commit(tables(2));
  await graph.commit({
    reviews: [{ review: OF_FIELD }, { review: OF_GUARD, items: [held(1), held(2)] }],
    changes: [reviewEntry("REVIEW_OPENED", OF_FIELD, AT, "sales.table_1"), reviewEntry("REVIEW_OPENED", OF_GUARD, AT)],
  });
  return graph;
}

test("open reviews of both kinds are one list, each with what it is about", async () => {
  await using graph = await openWithReviews();
  const { data, errors } = await graph.ask(`{
    reviews { nodes {
      __typename id kind state source { name } version
      ... on FieldReview { asset { id } field authority { name } authorityValue mirrorValue base hasBase }
      ... on GuardReview { effect total modeBefore spent { changes } changes(first: 1) { nodes { asset { id } field effect before after } pageInfo { hasNextPage } } }
    } }
    guards: reviews(filter: { kinds: [GUARD], sources: ["lakehouse"] }) { nodes { id } }
    decided: reviews(filter: { states: [DECIDED] }) { nodes { id } }
    named: reviews(filter: { fields: ["dom*"] }) { nodes { id } }
    node(id: "${OF_GUARD.id}") { __typename id }
  }`);
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    reviews: {
      nodes: [
        { __typename: "FieldReview", field: "domain", authority: { name: "catalog" }, authorityValue: "sales", mirrorValue: "hr", base: null, hasBase: true },
        {
          __typename: "GuardReview", effect: "REMOVAL", total: 2, modeBefore: "ENFORCE", spent: { changes: 5 },
          changes: { nodes: [{ asset: { id: assetId(1) }, field: "domain", effect: "REMOVAL", before: "sales", after: null }], pageInfo: { hasNextPage: true } },
        },
      ],
    },
    guards: { nodes: [{ id: OF_GUARD.id }] },
    decided: { nodes: [] },
    named: { nodes: [{ id: OF_FIELD.id }] },
    node: { __typename: "GuardReview", id: OF_GUARD.id },
  }); // biome-ignore format: one glance
});

test("answers are handed to the engine as they were given, many in one call, each with its own errors", async () => {
  await using graph = await openWithReviews();
  await graph.ask(
    `mutation ($input: DecideReviewInput!) { decideReview(input: $input) { userErrors { code } } }`,
    { input: { review: OF_FIELD.id, decision: "VALUE", value: null, expectedVersion: "v", reason: "r", idempotencyKey: "k" } },
  ); // biome-ignore format: one glance
  expect(graph.gateway.decisions.map((it) => it.decision)).toEqual([
    { review: OF_FIELD.id, answer: "VALUE", value: null, expectedVersion: "v", reason: "r", idempotencyKey: "k" },
  ]);
  graph.gateway.refusal = [{ code: "ALREADY_DECIDED", message: "bob was quicker", path: ["review"] }];
  const { data } = await graph.ask(`mutation { decideReviews(input: { decisions: [
    { review: "${OF_FIELD.id}", decision: AUTHORITY }, { review: "${OF_GUARD.id}", decision: RELEASE }
  ] }) { results { userErrors { code path } } userErrors { code } } }`);
  expect(data).toEqual({
    decideReviews: {
      results: [0, 1].map((it) => ({
        userErrors: [{ code: "ALREADY_DECIDED", path: ["decisions", String(it), "review"] }],
      })),
      userErrors: [],
    },
  });
});

test("an editor decides on fields, only an operator on guards", async () => {
  const tokens = [{ name: "eve", token: "editor-token-editor-token", roles: ["editor" as const] }];
  await using graph = await openWithReviews({ access: { tokens } });
  const ask = (decision: string) =>
    graph.ask(
      `mutation { decideReview(input: { review: "${OF_GUARD.id}", decision: ${decision} }) { userErrors { code } } }`,
      {},
      { authorization: "Bearer editor-token-editor-token" },
    );
  expect((await ask("RELEASE")).data).toEqual({ decideReview: { userErrors: [{ code: "FORBIDDEN" }] } });
  expect(graph.gateway.decisions).toEqual([]);
  expect((await ask("AUTHORITY")).data).toEqual({ decideReview: { userErrors: [] } });
});

test("a follower gets every question and answer in order, and goes on from a cursor without gap or repeat", async () => {
  await using graph = await openWithReviews();
  const decided = { answer: "RELEASE" as const, by: { kind: "person" as const, id: "ann" }, at: AT };
  const after = { ...OF_GUARD, state: "DECIDED" as const, closedAt: AT, decided };
  await graph.commit({ reviews: [{ review: after }], changes: [reviewEntry("REVIEW_DECIDED", after, AT)] });
  const follow = async (
    count: number,
    cursor?: string,
  ): Promise<{ cursor: string; type: string; review: object }[]> => {
    const client = graph.connect();
    const seen: { cursor: string; type: string; review: object }[] = [];
    const query = `subscription ($after: Cursor) { reviews(after: $after) { cursor type review { id decided { decision by { id } } } } }`;
    for await (const { data } of client.iterate<{ reviews: (typeof seen)[number] }>({
      query,
      variables: { after: cursor },
    })) {
      if (data) seen.push(data.reviews);
      if (seen.length === count) break;
    }
    await client.dispose();
    return seen;
  };
  const start = Buffer.from("log:0", "utf8").toString("base64url");
  const all = await follow(3, start);
  expect(all.map((it) => it.type)).toEqual(["OPENED", "OPENED", "DECIDED"]);
  expect(all.at(-1)?.review).toMatchObject({ id: OF_GUARD.id, decided: { decision: "RELEASE", by: { id: "ann" } } });
  expect(await follow(1, all[1]?.cursor)).toEqual([all[2]]);
});
