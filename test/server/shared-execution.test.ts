import { makeExecutableSchema } from "@graphql-tools/schema";
import { expect, test } from "vitest";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import type { Action, Caller } from "../../src/access/access.ts";
import type { ContextDeps } from "../../src/server/create-context.ts";
import { createOperationReader, type Operation } from "../../src/server/operation.ts";
import { SharedExecutions } from "../../src/server/shared-execution.ts";
import { openGraph, take } from "../support/graph-harness.ts";
import { ownersChanged, tables } from "../support/sample-lakehouse.ts";

/** A graph whose every answer says how many executions there were before it. */
function countingGraph() {
  let executions = 0;
  const schema = makeExecutableSchema({
    typeDefs: `
      type Query { x: Int }
      type Subscription { changes(after: Int, filter: String): Change }
      type Change { position: Int, execution: Int, actor: String, echo(text: String): String }`,
    resolvers: {
      Subscription: { changes: { resolve: (event: object) => ({ ...event, execution: ++executions }) } },
      Change: {
        actor: (_change: unknown, _args: unknown, context: { actor: { id: string } }) => context.actor.id,
        echo: (_change: unknown, { text }: { text: string }) => text,
      },
    },
  });
  const read = createOperationReader(schema);
  const context = { closing: new AbortController().signal, lifetime: new AbortController().signal } as ContextDeps;
  const clock = { now: 0 };
  const shared = new SharedExecutions({ context, report: () => undefined, now: () => clock.now });
  const join = (query: string, variables: Record<string, unknown> = {}, caller = callerOf("read")) =>
    shared.join(read({ query, operationName: undefined, variables }) as Operation, caller);
  return { shared, clock, join };
}

function callerOf(...actions: readonly Action[]): Caller {
  return { actor: { kind: "person", id: "somebody" }, actions: new Set(actions) };
}

type Member = ReturnType<ReturnType<typeof countingGraph>["join"]>;

async function executionOf(member: Member, position: number): Promise<unknown> {
  const { data } = await member.run({ position });
  const change = data?.["changes"] as { readonly execution: number } | undefined;
  return change?.execution;
}

const PLAIN = "subscription { changes { execution } }";

test("an event is executed once for all who ask for the same", async () => {
  const { join } = countingGraph();
  const members = Array.from({ length: 5 }, () => join(PLAIN));
  for (const position of [1, 2, 3]) {
    expect(await Promise.all(members.map((it) => executionOf(it, position)))).toEqual(Array(5).fill(position));
  }
});

const WITH_ARGUMENTS =
  "subscription($after: Int, $filter: String) { changes(after: $after, filter: $filter) { execution } }";
const ECHO = "subscription($text: String) { changes { execution echo(text: $text) } }";
const INCLUDE = "subscription($on: Boolean!) { changes { execution position @include(if: $on) } }";
const FRAGMENT = `subscription($text: String) { ...it } fragment it on Subscription { changes { execution echo(text: $text) } }`;

test.each<[string, boolean, readonly [string, object, Caller?][]]>([
  [
    "begin elsewhere",
    true,
    [
      [WITH_ARGUMENTS, { after: 1 }],
      [WITH_ARGUMENTS, { after: 2 }],
    ],
  ],
  [
    "want other events",
    true,
    [
      [WITH_ARGUMENTS, { filter: "a" }],
      [WITH_ARGUMENTS, { filter: "b" }],
    ],
  ],
  [
    "are of other actors with the same rights",
    true,
    [
      [PLAIN, {}],
      [PLAIN, {}, { ...callerOf("read"), actor: { kind: "service", id: "b" } }],
    ],
  ],
  [
    "may do other things",
    false,
    [
      [PLAIN, {}],
      [PLAIN, {}, callerOf("read", "write")],
    ],
  ],
  [
    "ask for something else",
    false,
    [
      [PLAIN, {}],
      ["subscription { changes { execution position } }", {}],
    ],
  ],
  [
    "put another value into what is told",
    false,
    [
      [ECHO, { text: "a" }],
      [ECHO, { text: "b" }],
    ],
  ],
  [
    "put another value into a fragment",
    false,
    [
      [FRAGMENT, { text: "a" }],
      [FRAGMENT, { text: "b" }],
    ],
  ],
  [
    "include other parts",
    false,
    [
      [INCLUDE, { on: true }],
      [INCLUDE, { on: false }],
    ],
  ],
])("subscribers that %s: executed once for both is %s", async (_what, isShared, asked) => {
  const { join } = countingGraph();
  const members = asked.map(([query, variables, caller]) => join(query, { ...variables }, caller));
  members.push(...asked.map(([query, variables, caller]) => join(query, { ...variables }, caller)));
  const executions = new Set(await Promise.all(members.map((it) => executionOf(it, 1))));
  expect(executions.size).toBe(isShared ? 1 : 2);
});

test("what is executed for many is executed in nobody's name", async () => {
  const { join } = countingGraph();
  const { data } = await join("subscription { changes { actor } }").run({ position: 1 });
  expect(data).toEqual({ changes: { actor: "subscription" } });
});

test("an answer of more than a second ago is not told to anybody else", async () => {
  const { clock, join } = countingGraph();
  const [first, second, third] = [join(PLAIN), join(PLAIN), join(PLAIN)];
  await executionOf(first, 1);
  clock.now = 1_000;
  expect(await executionOf(second, 1)).toBe(1);
  clock.now = 1_001;
  expect(await executionOf(third, 1)).toBe(2);
});

test("for no subscriber time runs backwards", async () => {
  const { join } = countingGraph();
  const [ahead, behind] = [join(PLAIN), join(PLAIN)];
  for (let position = 1; position <= 33; position++) await executionOf(ahead, position);
  const told: number[] = [];
  // The answer to the first event is not kept any more: made anew, it is newer than those to the others, which are.
  for (let position = 1; position <= 33; position++) told.push(Number(await executionOf(behind, position)));
  expect(told).toEqual(told.toSorted((left, right) => left - right));
});

test("events that are not known by a position are executed for each", async () => {
  const { join } = countingGraph();
  const members = [join(PLAIN), join(PLAIN)];
  for (const event of [{ type: "CURRENT" }, { cursor: { position: 3, initialAfter: "x" } }]) {
    const answers = await Promise.all(members.map((it) => it.run(event)));
    expect(new Set(answers.map((it) => JSON.stringify(it.data))).size).toBe(2);
  }
});

test("when the last one leaves nothing of a group is kept", () => {
  const { join, shared } = countingGraph();
  const members = [join(PLAIN), join(PLAIN), join(ECHO)];
  expect(shared.size).toBe(2);
  for (const it of members) it.leave();
  for (const it of members) it.leave();
  expect(shared.size).toBe(0);
});

const CHANGES =
  "subscription($after: Cursor) { changes(after: $after) { id cursor asset { owners { value { role } } } } }";
type Told = { readonly changes: { readonly id: string; readonly cursor: string } };

test("those who replay history join those who follow, each told of everything once and in order", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  const total = 400;
  const follow = (after: string, count: number) =>
    take(graph.connect().iterate<Told>({ query: CHANGES, variables: { after } }), count);
  const beginning = encodeCursor({ position: 0 });
  const streams = [follow(beginning, total), follow(beginning, total)];
  const running = (async () => {
    for (let done = 0; done < total; done += 5) {
      await graph.append(...Array.from({ length: 5 }, () => ownersChanged(1, null)));
      if (done % 100 === 0)
        streams.push(follow(beginning, total), follow(encodeCursor({ position: done }), total - done));
    }
  })();
  await running;
  const all = Array.from({ length: total + 1 }, (_, index) => `change:${index + 1}`);
  for (const events of await Promise.all(streams)) {
    const ids = events.map((it) => String(it.data?.changes.id));
    const from = all.indexOf(ids[0] ?? "");
    expect(ids).toEqual(all.slice(from, from + ids.length));
  }
});

test("twenty subscribers to the same changes cost no more reads of assets than one", async () => {
  await using graph = await openGraph();
  await graph.commit(tables(1));
  const readsWith = async (count: number): Promise<number> => {
    const after = encodeCursor({ position: await graph.ledger.head() });
    graph.calls.clear();
    const streams = Array.from({ length: count }, () =>
      take(graph.connect().iterate<Told>({ query: CHANGES, variables: { after } }), 3),
    );
    while ((graph.calls.get("readLog") ?? 0) < count) await new Promise((resolve) => setImmediate(resolve));
    graph.calls.clear();
    await graph.append(...[1, 2, 3].map(() => ownersChanged(1, null)));
    await Promise.all(streams);
    return graph.calls.get("loadStates") ?? 0;
  };
  expect(await readsWith(1)).toBe(3);
  expect(await readsWith(20)).toBeLessThanOrEqual(9); // a machine that stands still for a second costs another read
});
