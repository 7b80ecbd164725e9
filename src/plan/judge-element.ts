import { diffElement } from "../domain/diff.ts";
import type { DriftKind } from "../domain/drift.ts";
import { equalJson, type Json } from "../domain/json.ts";
import { mostRestrictive } from "../domain/restrict.ts";
import { type FieldCase, isCompared, type PartCase, type Sides } from "./field-case.ts";

/** Where an element is to be written, or that a person is asked. `value` undefined: taken away. */
export type Verdict =
  | { readonly to: "nothing" }
  | { readonly to: "mirror" | "authority" | "review"; readonly kind: DriftKind; readonly value: Json | undefined };

const NOTHING: Verdict = { to: "nothing" };

/** What the treaty says of one element. Total. */
export function judgeElement(it: FieldCase, sides: Sides, part: PartCase, key: string): Verdict {
  const authority = sides.authority.get(key);
  const mirror = sides.mirror.get(key);
  if (!isCompared(part, sides)) {
    if (equalJson(authority, mirror)) return NOTHING;
    // Which of the two is newer, nobody knows any more.
    if (it.isLost) return { to: "review", kind: "FIRST_SIGHT", value: undefined };
    return judgeFirstSight(it, part, authority, mirror);
  }
  const diff = diffElement(sides.base.get(key), authority, mirror);
  switch (diff) {
    case "in-sync":
    case "converged":
      return NOTHING;
    case "authority-changed":
      return { to: "mirror", kind: "MIRROR_STALE", value: authority };
    case "foreign-write":
      return judgeForeignWrite(sides, part, authority, mirror);
    case "conflict":
      return judgeConflict(it, sides, part, authority, mirror);
    default:
      return diff satisfies never;
  }
}

function judgeForeignWrite(
  sides: Sides,
  part: PartCase,
  authority: Json | undefined,
  mirror: Json | undefined,
): Verdict {
  const kind = "FOREIGN_WRITE";
  const { onForeignWrite } = part.part.rule;
  switch (onForeignWrite) {
    case "revert":
      return { to: "mirror", kind, value: authority };
    case "adopt":
      return sides.malformed ? { to: "review", kind, value: undefined } : { to: "authority", kind, value: mirror };
    case "review":
      return { to: "review", kind, value: undefined };
    default:
      return onForeignWrite satisfies never;
  }
}

function judgeConflict(
  it: FieldCase,
  sides: Sides,
  part: PartCase,
  authority: Json | undefined,
  mirror: Json | undefined,
): Verdict {
  const kind = "CONFLICT";
  const byAuthority: Verdict = { to: "mirror", kind, value: authority };
  const { onConflict } = part.part.rule;
  switch (onConflict) {
    case "authority":
      return byAuthority;
    case "review":
      return { to: "review", kind, value: undefined };
    case "newest-at-authority":
      return !sides.malformed && isProvablyLater(it, part) ? { to: "authority", kind, value: mirror } : byAuthority;
    case "most-restrictive": {
      if (sides.malformed) return byAuthority;
      const winner = mostRestrictive(it.kind, authority, mirror, it.levels);
      if (winner === undefined) return { to: "review", kind, value: undefined };
      return equalJson(winner, authority) ? byAuthority : { to: "authority", kind, value: mirror };
    }
    default:
      return onConflict satisfies never;
  }
}

/** The mirror was still seen at its old value in a read that began after the authority's new value had been read. No clocks. */
function isProvablyLater(it: FieldCase, part: PartCase): boolean {
  return (
    it.mirrorSince !== undefined && part.authoritySince !== undefined && it.mirrorSince.after > part.authoritySince.by
  );
}

/** Never takes anything away: what only the mirror holds is adopted or reviewed. */
function judgeFirstSight(
  it: FieldCase,
  part: PartCase,
  authority: Json | undefined,
  mirror: Json | undefined,
): Verdict {
  const kind = "FIRST_SIGHT";
  const { onFirstSight } = part.part.rule;
  const malformed = it.mirrorSeen.state === "value" && it.mirrorSeen.malformed === true;
  switch (onFirstSight) {
    case "authority":
      return authority === undefined && !malformed
        ? { to: "review", kind, value: undefined }
        : { to: "mirror", kind, value: authority };
    case "union":
      if (malformed || (authority !== undefined && mirror !== undefined))
        return { to: "review", kind, value: undefined };
      return authority !== undefined
        ? { to: "mirror", kind, value: authority }
        : { to: "authority", kind, value: mirror };
    case "review":
      return { to: "review", kind, value: undefined };
    default:
      return onFirstSight satisfies never;
  }
}
