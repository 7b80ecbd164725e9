import type { FieldKey } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Reading } from "../../src/domain/reading.ts";
import type { SourceWrite } from "../../src/ports/source.ts";
import { sameJson } from "./elements.ts";
import type { Manners } from "./manners.ts";
import type { Thing } from "./system.ts";

/** What an adapter makes of a write where such fields are seen: whether it still has to be made, and may be. */
export function judgeWrite(
  thing: Thing,
  write: SourceWrite,
  seen: ReadonlyMap<FieldKey, Json>,
  followsNames: boolean,
): "done" | "stale" | "write" {
  const isMoved = followsNames && write.ref.stableId !== null && !sameJson(thing.name, write.ref.name);
  let verdict: "done" | "write" = isMoved ? "write" : "done";
  for (const [text, reading] of Object.entries(write.fields)) {
    const now = seen.get(text as FieldKey) ?? null;
    if (sameJson(now, valueOf(reading))) continue;
    verdict = "write";
    const expected = write.expected[text as FieldKey];
    if (!sameJson(now, expected ? valueOf(expected) : null)) return "stale";
  }
  return verdict;
}

/** Fields that a write changes, or writes again beside them. */
export function aspectsOf({ aspects }: Manners, { fields }: SourceWrite): readonly FieldKey[] {
  return aspects.flatMap((it) => (it.some((key) => key in fields) ? (it as FieldKey[]) : []));
}

export function valueOf(reading: Reading): Json {
  return reading.state === "value" ? reading.value : null;
}
