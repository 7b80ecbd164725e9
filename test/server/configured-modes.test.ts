import { expect, test } from "vitest";
import { parseSourceId } from "../../src/domain/ids.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { SourceRecord } from "../../src/ports/ledger.ts";
import { applyConfiguredModes } from "../../src/server/configured-modes.ts";
import type { Mode } from "../../src/treaty/decision.ts";

const ID = parseSourceId("lakehouse");
const AT = "2026-01-01T00:00:00.000Z";

/** Starts one after another with these modes in the file; `set` is what somebody sets in the gateway after the first. */
async function start(modes: readonly Mode[], set?: Mode): Promise<{ mode: Mode | undefined; told: number }> {
  const ledger = await openSqliteLedger({ path: ":memory:" });
  const record = (mode: Mode, revision: number): SourceRecord => ({ id: ID, revision, mode, completeScans: 0 });
  await ledger.commit({ sources: [record(modes[0] as Mode, 0)] });
  for (const [index, mode] of modes.entries()) {
    await applyConfiguredModes(ledger, new Map([[ID, mode]]), AT);
    if (index === 0 && set) await ledger.commit({ sources: [record(set, 1)] });
  }
  const [source] = await ledger.readSources();
  const told = await ledger.head();
  await ledger[Symbol.asyncDispose]();
  return { mode: source?.mode, told };
}

test("a mode that is changed in the config file holds from the next start, and is logged", async () => {
  expect(await start(["observe", "enforce"])).toEqual({ mode: "enforce", told: 1 });
});

test("a mode that was set in the gateway holds as long as the file says what it said", async () => {
  expect(await start(["observe", "observe"], "enforce")).toEqual({ mode: "enforce", told: 0 });
});

test("a mode that the file and the gateway agree on is no change", async () => {
  expect(await start(["observe", "enforce"], "enforce")).toEqual({ mode: "enforce", told: 0 });
});
