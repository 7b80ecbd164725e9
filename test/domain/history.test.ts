import { describe, expect, test } from "vitest";
import { cursorScalar, encodeCursor } from "../../resolvers/type/cursor.ts";
import { epochAt, type History, isKept, NEVER_RESTORED } from "../../src/domain/history.ts";

/** Restored at 100 after the log had got to 150, and again at 120. */
const TWICE: History = [
  { id: "", from: 0 },
  { id: "b", from: 100 },
  { id: "c", from: 120 },
];

describe("a log that was restored from a backup", () => {
  test("keeps what the backup held, and has lost what came after it, though its positions are given again", () => {
    expect(isKept(TWICE, "", 100)).toBe(true);
    expect(isKept(TWICE, "", 101)).toBe(false);
    expect(isKept(TWICE, "b", 120)).toBe(true);
    expect(isKept(TWICE, "b", 121)).toBe(false);
    expect(isKept(TWICE, "c", 5_000)).toBe(true);
    expect(isKept(TWICE, "a life that the backup never heard of", 1)).toBe(false);
  });

  test("tells of each entry in which life it was written", () => {
    expect([0, 1, 100, 101, 120, 121].map((it) => epochAt(TWICE, it).id)).toEqual(["", "", "", "b", "b", "c"]);
  });
});

describe("a cursor", () => {
  const roundTrip = (given: History, taken: History, position: number) =>
    cursorScalar(taken).parseValue(encodeCursor({ position }, given));

  test("of what is kept is taken as before, also after a restore", () => {
    expect(roundTrip(NEVER_RESTORED, TWICE, 100)).toEqual({ position: 100 });
    expect(roundTrip(TWICE, TWICE, 121)).toEqual({ position: 121 });
  });

  test("of what was lost is refused, and the refusal says from where the log went on", () => {
    const lost = /lost when the ledger was restored from a backup\. Ask from "([\w-]+)"/;
    for (const position of [101, 150, 5_000]) {
      expect(() => roundTrip(NEVER_RESTORED, TWICE, position)).toThrow(lost);
    }
    // Restored twice from the same backup: the life in between is no part of the history.
    const other: History = [...NEVER_RESTORED, { id: "d", from: 100 }];
    expect(() => roundTrip(other, TWICE, 110)).toThrow(lost);
    try {
      roundTrip(other, TWICE, 110);
    } catch (error) {
      const [, from] = lost.exec(String(error)) ?? [];
      expect(cursorScalar(TWICE).parseValue(from)).toEqual({ position: 120 });
    }
  });
});
