// Objects of the graph as the double answers with them.

const ID = "01J8ZZZZZZZZZZZZZZZZZZZZZZ";
export const ORDERS_ID = `asset:${ID}`;
const orders = { __typename: "Asset", id: ORDERS_ID, name: "finance.orders" };
const catalog = { id: "source:catalog", name: "catalog" };
const lakehouse = { id: "source:lakehouse", name: "lakehouse" };

export function planItem(action: string, more: object = {}): object {
  return {
    asset: orders,
    field: "owners",
    source: lakehouse,
    authority: catalog,
    action,
    drift: "FOREIGN_WRITE",
    before: [{ principal: "bob", role: null }],
    after: [{ principal: "alice", role: "steward" }],
    rule: "owners-from-catalog",
    because: null,
    ...more,
  };
}

export function scanReport(more: object = {}): object {
  return {
    source: lakehouse,
    complete: true,
    assets: 28,
    changed: 2,
    failed: 0,
    suspected: 1,
    retired: 0,
    error: null,
    tookMs: 1234,
    ...more,
  };
}

export function drift(number: number, more: object = {}): object {
  return {
    __typename: "Drift",
    id: `drift:${ID.slice(0, -2)}${String(number).padStart(2, "0")}`,
    kind: "FOREIGN_WRITE",
    asset: orders,
    field: "owners",
    authority: catalog,
    source: lakehouse,
    base: null,
    hasBase: true,
    wanted: [{ principal: "alice", role: null }],
    found: [{ principal: `bob${number}`, role: null }],
    state: "OPEN",
    rule: "owners-from-catalog",
    openedAt: "2026-03-01T12:00:00.000Z",
    resolvedAt: null,
    resolution: null,
    note: null,
    ...more,
  };
}

export function change(position: number, more: object = {}): object {
  return {
    __typename: "Change",
    id: `change:${position}`,
    cursor: `c${position}`,
    kind: "FIELD_CHANGED",
    at: "2026-03-01T12:00:00.000Z",
    actor: { kind: "PERSON", id: "alice", onBehalfOf: null },
    source: catalog,
    asset: orders,
    assetName: "finance.orders",
    field: "description",
    before: null,
    after: `text ${position}`,
    reason: null,
    rule: "descriptions",
    ...more,
  };
}

export const explanation = {
  asset: orders,
  field: {
    path: "owners",
    authority: catalog,
    mirrors: [lakehouse],
    status: "DRIFTED",
    observations: [
      {
        source: catalog,
        state: "VALUE",
        value: [{ principal: "alice", role: null }],
        observedAt: "2026-03-01T12:00:00.000Z",
        note: null,
      },
      { source: lakehouse, state: "ABSENT", value: null, observedAt: "2026-03-01T12:00:01.000Z", note: null },
    ],
    lastChange: { ...change(7), reason: "left the team" },
    drift: drift(1),
  },
  rules: [
    {
      name: "owners-from-catalog",
      decides: true,
      because: "It is the rule for this field on all assets.",
      elements: [],
    },
    { name: "the-rest", decides: false, because: "It matches, but another names the field.", elements: [] },
  ],
  modes: [
    { source: catalog, mode: "ENFORCE" },
    { source: lakehouse, mode: "OBSERVE" },
  ],
  bases: [{ mirror: lakehouse, known: true, value: null }],
  decision: "The lakehouse lost its owners; nothing is written there, because it is in mode observe.",
};

/** One page of a connection over `all`, forwards or backwards, with the index as cursor. */
export function page(all: readonly object[], args: Readonly<Record<string, unknown>>, prefix = "c"): object {
  const first = args["first"] as number | undefined;
  const last = args["last"] as number | undefined;
  const indexOf = (cursor: unknown, none: number): number =>
    typeof cursor === "string" ? Number(cursor.slice(prefix.length)) : none;
  let from = indexOf(args["after"], 0);
  let to = indexOf(args["before"], all.length + 1) - 1;
  if (last !== undefined && last !== null) from = Math.max(from, to - last);
  else to = Math.min(to, from + (first ?? 50));
  return {
    nodes: all.slice(from, to),
    pageInfo: {
      hasNextPage: to < all.length,
      hasPreviousPage: from > 0,
      startCursor: to > from ? `${prefix}${from + 1}` : null,
      endCursor: to > from ? `${prefix}${to}` : null,
    },
  };
}
