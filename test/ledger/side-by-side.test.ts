import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createPostgresEngine } from "../../src/ledger/postgres-engine.ts";
import { sideBySide } from "../../src/ledger/statement.ts";

const session = { engine: createPostgresEngine(), connection: {} };

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe("what is done side by side in a transaction", () => {
  test("is over before a failure of a part is told: nothing of it goes on after the rollback", async () => {
    let isOver = false;
    const failed = sideBySide(session, [
      () => Promise.reject(failure("23505")),
      async () => {
        await setImmediate();
        isOver = true;
      },
    ]);
    await expect(failed).rejects.toMatchObject({ code: "23505" });
    expect(isOver).toBe(true);
  });

  test("a part that throws at once is waited for like any other", async () => {
    let isOver = false;
    const failed = sideBySide(session, [
      () => {
        throw failure("23505");
      },
      async () => {
        await Promise.resolve();
        isOver = true;
      },
    ]);
    await expect(failed).rejects.toMatchObject({ code: "23505" });
    expect(isOver).toBe(true);
  });

  test("fails with what went wrong, not with what followed from it: a deadlock is tried again", async () => {
    const failed = sideBySide(session, [
      () => Promise.reject(failure("25P02")),
      () => Promise.reject(failure("40P01")),
      () => Promise.reject(failure("25P02")),
    ]);
    const error: unknown = await failed.catch((it: unknown) => it);
    expect(session.engine.isRetryable(error)).toBe(true);
  });
});
