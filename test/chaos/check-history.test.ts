import { expect, test } from "vitest";
import type { Change } from "../../src/domain/change.ts";
import { checkHistory } from "./check-history.ts";
import type { History, SentMutation } from "./history.ts";

const TABLE = "shop.t1";

/** Log entries without their positions, as short as what they are judged by. */
type Entry = Omit<Partial<Change>, "kind"> & { readonly kind: Change["kind"] };

/** One mutation of a domain as the log tells it. */
function told(value: string, before: string | null, intent: string): readonly Entry[] {
  const common = { source: "catalog" as never, name: TABLE, key: "domain" as never, intent: intent as never };
  const after = { domain: value };
  return [
    { ...common, kind: "WRITE_INTENDED", after },
    { ...common, kind: "WRITE_APPLIED", after },
    changed({ before, after: value }),
  ];
}

function changed(entry: Partial<Entry>): Entry {
  const field = (entry.field ?? "domain") as never;
  return { kind: "FIELD_CHANGED", source: "catalog" as never, name: TABLE, asset: "asset:1" as never, field, ...entry };
}

function logOf(entries: readonly Entry[]): readonly Change[] {
  const actor = { kind: "person", id: "anonymous" } as const;
  return entries.map((it, index) => ({ at: "2026-01-01T00:00:00.000Z", actor, ...it, position: index + 1 }));
}

function sent(value: string, heard: Partial<SentMutation>): SentMutation {
  const common = { key: value, client: "c", kind: "set", asset: TABLE, field: "domain", attempts: 1 } as const;
  return { ...common, value, sentAt: 0, ...heard };
}

/** Two acknowledged mutations, one that nobody heard of, and a subscriber who got everything. */
function soundHistory(change: Partial<History> = {}): History {
  const log = change.log ?? logOf([...told("a", null, "i1"), ...told("b", "a", "i2")]);
  const events = log.map(({ kind, position }) => ({ kind, position }));
  return {
    begin: 0,
    mutations: [
      sent("a", { sentAt: 1, acknowledgedAt: 2, position: 3 }),
      sent("b", { sentAt: 3, acknowledgedAt: 4, position: 6 }),
      sent("c", { sentAt: 5 }),
    ],
    edits: [],
    subscribers: [{ name: "s", kinds: undefined, after: 0, events, connections: 1 }],
    log,
    lakehouse: { [TABLE]: { "concordat.domain": "b" } },
    catalog: { [TABLE]: { domain: "b" } },
    drift: [],
    ...change,
  };
}

function expectViolation(history: History, ...texts: readonly string[]): void {
  const violations = checkHistory(history);
  for (const text of texts) expect(violations.join("\n")).toContain(text);
}

test("a history in which everything went as promised has no violation", () => {
  expect(checkHistory(soundHistory())).toEqual([]);
});

test("what nobody acknowledged may have taken place, once", () => {
  const log = logOf([...told("a", null, "i1"), ...told("b", "a", "i2"), ...told("c", "b", "i3")]);
  const held = { lakehouse: { [TABLE]: { "concordat.domain": "c" } }, catalog: { [TABLE]: { domain: "c" } } };
  expect(checkHistory(soundHistory({ log, ...held }))).toEqual([]);
  const twice = logOf([
    ...told("a", null, "i1"),
    ...told("b", "a", "i2"),
    ...told("c", "b", "i3"),
    ...told("c", "c", "i4"),
  ]);
  expectViolation(soundHistory({ log: twice, ...held }), "DOUBLED: set domain", "DOUBLED: catalog was written 2 times");
});

test("an acknowledged write that the log does not have is lost", () => {
  expectViolation(soundHistory({ log: logOf(told("a", null, "i1")) }), 'LOST: set domain of shop.t1 to "b"');
});

test("an acknowledged write that the authority does not hold is lost", () => {
  expectViolation(soundHistory({ catalog: { [TABLE]: { domain: "a" } } }), "LOST: catalog holds", "UNMIRRORED");
  expectViolation(soundHistory({ lakehouse: { [TABLE]: {} } }), "UNMIRRORED: lakehouse holds null");
});

test("a write that took place twice is doubled, also where the log tells of one change", () => {
  const again = told("b", "a", "i3").slice(0, 2);
  expectViolation(
    soundHistory({ log: logOf([...told("a", null, "i1"), ...told("b", "a", "i2"), ...again]) }),
    "DOUBLED: catalog was written 2 times",
  );
});

test("what was sent after an acknowledgement and stands before it is out of order", () => {
  const log = logOf([...told("b", null, "i2"), ...told("a", "b", "i1")]);
  const held = { lakehouse: { [TABLE]: { "concordat.domain": "a" } }, catalog: { [TABLE]: { domain: "a" } } };
  const mutations = [
    sent("a", { sentAt: 1, acknowledgedAt: 2, position: 6 }),
    sent("b", { sentAt: 3, acknowledgedAt: 4, position: 3 }),
  ];
  expectViolation(soundHistory({ log, mutations, ...held }), "REORDERED: domain of shop.t1");
  // Side by side they may stand either way.
  expect(
    checkHistory(soundHistory({ log, mutations: mutations.map((it) => ({ ...it, sentAt: 1 })), ...held })),
  ).toEqual([]);
});

test("what nobody sent, or what is told as a source's own, is found", () => {
  const [intended, applied, change] = told("b", "a", "i2");
  const phantom = logOf([...told("a", null, "i1"), ...told("b", "a", "i2"), changed({ before: "b", after: "z" })]);
  expectViolation(soundHistory({ log: phantom }), "Nobody sent what happened at 7: set domain z");
  const byNobody = { ...change, actor: { kind: "source", id: "catalog" } } as Entry;
  const log = logOf([...told("a", null, "i1"), intended as Entry, applied as Entry, byNobody]);
  expectViolation(soundHistory({ log }), "UNATTRIBUTED");
});

test("an acknowledgement that names another entry of the log is found", () => {
  const mutations = soundHistory().mutations.map((it) => (it.value === "a" ? { ...it, position: 6 } : it));
  expectViolation(soundHistory({ mutations }), "MISTOLD");
});

test("a classification that came back, or went by itself, is found", () => {
  const tags = (...names: string[]) => names.map((name) => ({ name, value: null }));
  const add = (value: string, position: number) =>
    sent(value, { kind: "add", field: "classifications", acknowledgedAt: 2, position });
  const field = "classifications" as never;
  const entries = [
    changed({ field, before: null, after: tags("x") }),
    changed({ field, before: tags("x"), after: tags("y") }),
  ];
  const held = {
    lakehouse: { [TABLE]: { "concordat.classifications": '["y"]' } },
    catalog: { [TABLE]: { classifications: tags("y") } },
  };
  const history = soundHistory({ log: logOf(entries), mutations: [add("x", 1), add("y", 2)], ...held });
  expectViolation(history, "Nobody sent what happened at 2: remove classifications x");
});

test("the log has no gap, no intent without an outcome, and no change that skips one", () => {
  const log = soundHistory().log;
  expectViolation(
    soundHistory({ log: log.filter((it) => it.position !== 2) }),
    "position 3 where 2 belongs",
    "i1 has no outcome",
  );
  const skipped = logOf([...told("a", null, "i1"), ...told("b", "q", "i2")]);
  expectViolation(soundHistory({ log: skipped }), 'tells of "q" before, where "a" stood');
});

test("a gap, a duplicate, a reordering and a foreign entry of a subscriber are found", () => {
  const { log, subscribers } = soundHistory();
  const events = subscribers[0]?.events ?? [];
  const got = (those: typeof events, kinds?: readonly string[]) =>
    soundHistory({ subscribers: [{ name: "s", kinds, after: 0, events: [...those], connections: 1 }] });
  expectViolation(got(events.toSpliced(2, 1)), "GAP: s did not get 1 entries: 3");
  expectViolation(got(events.slice(0, -1)), "GAP: s did not get 1 entries: 6");
  expectViolation(got([...events, ...events.slice(-1)]), "DUPLICATE: s got 6 twice");
  expectViolation(
    got([events[1], events[0], ...events.slice(2)].flatMap((it) => it ?? [])),
    "REORDERED: s got 1 after 2",
  );
  expectViolation(got(events, ["FIELD_CHANGED"]), "FOREIGN: s got 1 (WRITE_INTENDED)");
  const changes = log.filter((it) => it.kind === "FIELD_CHANGED").map(({ kind, position }) => ({ kind, position }));
  expect(checkHistory(got(changes, ["FIELD_CHANGED"]))).toEqual([]);
});

test("what people wrote stands where they have the say, and is no change where they have not", () => {
  const edit = { asset: TABLE, property: "app.note", value: "n" } as const;
  expectViolation(soundHistory({ edits: [edit] }), "OVERWRITTEN: app.note of shop.t1 is undefined, a person wrote n");
  const foreign = { asset: TABLE, property: "concordat.domain", value: "b" } as const;
  expectViolation(soundHistory({ edits: [foreign] }), "ADOPTED: the log tells b");
  const comment = { asset: "shop.p1", property: "comment", value: "n" } as const;
  const lakehouse = { ...soundHistory().lakehouse, "shop.p1": { comment: "n" } };
  expectViolation(soundHistory({ edits: [comment], lakehouse }), "the catalog does not have it", "tells 0 times");
});

test("drift that stands at the end is told", () => {
  expectViolation(soundHistory({ drift: ["FOREIGN_WRITE of shop.t1 domain"] }), "DRIFT: still open at the end");
});
