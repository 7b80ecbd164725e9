import { expect, test } from "vitest";
import type { NewChange } from "../../src/domain/change.ts";
import { plainKey } from "../../src/domain/field.ts";
import type { AssetId, IntentId, SourceId } from "../../src/domain/ids.ts";
import { drawLake } from "./manners.ts";
import { RandomStream } from "./random-stream.ts";
import { System } from "./system.ts";
import { ToldOracle } from "./told-oracle.ts";

const SOURCE = "catalog" as SourceId;
const ASSET = "asset:1" as AssetId;
const INTENT = "intent:1" as IntentId;
const KEY = plainKey("description");

/** What is said of a log that tells of the field's last value, which the gateway's write put there, as the source's own. */
function judge(meant: readonly string[], meantFor = ASSET, isLate = false): readonly string[] {
  const system = new System(SOURCE, drawLake(new RandomStream(1)), () => {});
  const thing = system.make(["sales", "t1"], { [KEY]: "old" }, { by: "start" });
  system.set(thing, KEY, "new", { by: "person" });
  const writer = { by: "gateway", intent: INTENT } as const;
  system.set(thing, KEY, "old", writer);
  const said: string[] = [];
  const oracle = new ToldOracle({
    systems: new Map([[SOURCE, system]]),
    thingOf: () => thing.id,
    isKnown: (intent, asset, key) => intent === INTENT && asset === meantFor && meant.includes(key),
    say: (invariant) => said.push(invariant),
  });
  const told = (before: string | null, after: string): NewChange => ({
    kind: "FIELD_CHANGED",
    at: "2026-01-01T00:00:00.000Z",
    actor: { kind: "source", id: SOURCE },
    source: SOURCE,
    asset: ASSET,
    key: KEY,
    before,
    after,
  });
  if (isLate) oracle.landedLate({ thing, key: KEY, before: "new", after: "old", writer, isFirst: false, raced: false });
  oracle.check(told("old", "new"));
  oracle.check(told("new", "old"));
  return said;
}

test("what the gateway meant to write is not to be told as the source's change", () => {
  expect(judge([KEY])).toEqual(["P3"]);
});

test("what a write of something else put back beside it cannot be told from somebody who put it back", () => {
  expect(judge([plainKey("domain")])).toEqual([]);
});

test("what the gateway wrote for another asset is not its own where it is told of this one", () => {
  expect(judge([KEY], "asset:2" as AssetId)).toEqual([]);
});

test("what takes place once more after its outcome cannot be told from somebody who put it back", () => {
  expect(judge([KEY], ASSET, true)).toEqual([]);
});
