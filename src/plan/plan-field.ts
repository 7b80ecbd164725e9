import type { Decided } from "../domain/decided.ts";
import { equalElements, holdsAll, rebase } from "../domain/diff.ts";
import type { Drift, DriftKind } from "../domain/drift.ts";
import { type Elements, fromElements, isDivisible, liftValue, projectValue, toElements } from "../domain/elements.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import {
  type FieldCase,
  isCompared,
  isJudged,
  isKnown,
  MALFORMED,
  type PartCase,
  partOf,
  readSides,
  type Sides,
  valueOf,
} from "./field-case.ts";
import { judgeElement, type Verdict } from "./judge-element.ts";

export interface Finding {
  readonly kind: DriftKind;
  readonly state: "OPEN" | "IN_REVIEW" | "REPAIRING";
  readonly rule: string;
  readonly authority: SourceId;
  readonly base: Json | undefined;
  readonly wanted: Json;
  readonly found: Json;
  /** Why nothing is written, for people. */
  readonly because?: string;
}

/** A base, and the authorities whose parts of the field it holds for. */
export interface Base {
  readonly value: Json;
  readonly compared: readonly SourceId[];
}

export interface FieldPlan {
  /** The whole value to write to the mirror; null: ABSENT. Undefined: nothing to write. */
  readonly mirrorWrite: Json | undefined;
  /** The base once the mirror has taken `mirrorWrite`, whatever the authority holds by then. */
  readonly writtenBase: Base | undefined;
  /** The whole value to write to an authority: an adopted foreign write. */
  readonly authorityWrites: ReadonlyMap<SourceId, Json>;
  /** The whole value that an authority would take over, were it in a mode that allows it. */
  readonly heldBack: ReadonlyMap<SourceId, Json>;
  /** What is to be told of: null: all is as it should be; "keep": nothing can be concluded now. */
  readonly finding: Finding | null | "keep";
  /** The next base: undefined where there is none. */
  readonly base: Json | undefined;
  readonly compared: readonly SourceId[];
  /** Something of it is seen for the first time. */
  readonly isFirstSight: boolean;
  /** Set where something would be written or decided: what the plan lists. */
  readonly action: "MIRROR" | "REVERT" | "ADOPT" | "REVIEW" | "HOLD" | null;
  readonly rule: string;
  /** A person's answer that stands above the rule here. */
  readonly decided?: Decided;
}

/**
 * What the treaty makes of one field and mirror (DESIGN.md, section 3), element by element. Pure and total.
 *
 * Laws: readings that agree give no write and no finding. UNKNOWN gives no write and keeps every finding (P9). Without a
 * base no element is taken away anywhere (P7). The authority is written only by an adopted foreign write or a decision (P1).
 */
export function planField(it: FieldCase): FieldPlan {
  const rule = (it.parts.at(-1) as PartCase).part.rule.name;
  const sides = readSides(it);
  if (!sides)
    return {
      mirrorWrite: undefined,
      writtenBase: it.base === undefined ? undefined : { value: it.base, compared: it.comparedWith },
      authorityWrites: new Map(),
      heldBack: new Map(),
      finding: isHopeless(it) ? null : "keep",
      base: it.base,
      compared: it.comparedWith,
      isFirstSight: false,
      action: null,
      rule,
    };
  const tally = new Tally(it, sides);
  for (const key of new Set([...sides.base.keys(), ...sides.authority.keys(), ...sides.mirror.keys()])) {
    const part = partOf(it.parts, key);
    if (!isJudged(part, sides, key)) continue;
    tally.add(key, part, judgeElement(it, sides, part, key));
  }
  return tally.plan();
}

/**
 * The base once an authority has taken over what the mirror held, as `it` says; undefined where there is none. At first sight it is
 * enough that nothing is left that the mirror alone has: what only the authority has the mirror gets, as by any rule (P7).
 */
export function baseOfAdopted(it: FieldCase): Base | undefined {
  const sides = readSides(it);
  return sides && !sides.malformed ? new Tally(it, sides).baseAdopted() : undefined;
}

/** No authority can ever hold the field, or knows the asset: then there is nothing to wait for. */
function isHopeless({ mirrorSeen, parts }: FieldCase): boolean {
  return (
    mirrorSeen.state !== "unknown" && parts.every((it) => !it.mirrored || it.authoritySeen.state === "unsupported")
  );
}

/** What its authority says of it is not known now, but may be later. */
function isAwaited({ authoritySeen, mirrored }: PartCase): boolean {
  return mirrored && !isKnown(authoritySeen) && authoritySeen.state !== "unsupported";
}

const GRAVITY: readonly DriftKind[] = ["MIRROR_STALE", "FIRST_SIGHT", "FOREIGN_WRITE", "CONFLICT"];

/** Adds up the verdicts on the elements of one field. */
class Tally {
  readonly #it: FieldCase;
  readonly #sides: Sides;
  readonly #mirror: Map<string, Json>;
  readonly #authorities = new Map<SourceId, Map<string, Json>>();
  readonly #heldBack = new Map<SourceId, Map<string, Json>>();
  #mirrorWritten = false;
  #worst: { kind: DriftKind; part: PartCase } | undefined;
  #review = false;
  #held: string | undefined;
  #decidedBy: Decided | undefined;

  constructor(it: FieldCase, sides: Sides) {
    this.#it = it;
    this.#sides = sides;
    this.#mirror = new Map(sides.mirror);
  }

  add(key: string, part: PartCase, judged: Verdict): void {
    const verdict = this.#decided(key, judged);
    if (verdict.to === "nothing") return;
    if (part.mirrorMode === "seed-once" && !(verdict.to === "mirror" && this.#isSeed(key, part))) return;
    if (!this.#worst || GRAVITY.indexOf(verdict.kind) > GRAVITY.indexOf(this.#worst.kind))
      this.#worst = { kind: verdict.kind, part };
    if (verdict.to === "review") this.#review = true;
    else if (verdict.to === "mirror") this.#toMirror(key, part, verdict.value);
    else this.#toAuthority(key, part, verdict.value);
  }

  /**
   * A person's decision on the drift that is open stands above the rule, as long as the mirror holds what they saw. That the mirror's
   * value stands overwrites the authority's, so that one must be what they saw as well (P5): with what was on its way to the mirror.
   */
  #decided(key: string, verdict: Verdict): Verdict {
    const { open } = this.#it;
    if (verdict.to === "nothing" || open?.decision === undefined) return verdict;
    if (verdict.kind === "MIRROR_STALE" && open.decision === "authority") return verdict;
    if (!equalJson(open.found, valueOf(this.#it.mirrorSeen))) return verdict;
    // They were asked whether another source's value stands, before there was another treaty.
    if (!this.#it.parts.some((it) => it.part.rule.authority === open.authority)) return verdict;
    const { authority, malformed, mirror, whole } = this.#sides;
    const isAsSeen = equalJson(open.wanted, fromElements(this.#it.kind, authority, whole));
    if (open.decision === "mirror" && (malformed || !isAsSeen || this.#isCarriedOut())) return verdict;
    this.#decidedBy = open.decided;
    return open.decision === "authority"
      ? { to: "mirror", kind: verdict.kind, value: authority.get(key) }
      : { to: "authority", kind: verdict.kind, value: mirror.get(key) };
  }

  /** The authority has taken over all that the mirror holds: what it holds by now is a change of its own, also if it is what it held before. */
  #isCarriedOut(): boolean {
    const { parts } = this.#it;
    const { base, mirror } = this.#sides;
    const mirrored = (elements: Elements): Elements =>
      new Map([...elements].filter(([key]) => partOf(parts, key).mirrored));
    const isAllCompared = parts.every((it) => !it.mirrored || isCompared(it, this.#sides));
    return isAllCompared && equalElements(mirrored(base), mirrored(mirror));
  }

  #isSeed(key: string, part: PartCase): boolean {
    return !isCompared(part, this.#sides) && !this.#sides.mirror.has(key);
  }

  #toMirror(key: string, part: PartCase, value: Json | undefined): void {
    if (!this.#it.holds.write) this.#held ??= `${this.#it.mirror} cannot write this field`;
    else if (part.mirrorMode !== "enforce" && part.mirrorMode !== "seed-once")
      this.#held ??= `${this.#it.mirror} is in mode ${part.mirrorMode}`;
    else {
      this.#mirrorWritten = true;
      if (value === undefined) this.#mirror.delete(key);
      else this.#mirror.set(key, value);
    }
  }

  #toAuthority(key: string, part: PartCase, value: Json | undefined): void {
    const { authority } = part.part.rule;
    if (!part.authorityWritable) this.#held ??= `${authority} cannot write this field`;
    else if (part.authorityMode !== "enforce") this.#held ??= `${authority} is in mode ${part.authorityMode}`;
    const isHeld = !part.authorityWritable || part.authorityMode !== "enforce";
    const targets = isHeld ? this.#heldBack : this.#authorities;
    const before = new Map(toElements(this.#it.kind, valueOf(part.authoritySeen), this.#sides.whole));
    const wanted = targets.get(authority) ?? before;
    if (value === undefined) wanted.delete(key);
    else wanted.set(key, value);
    targets.set(authority, wanted);
  }

  /** What an authority with room for one element would take over beside it stays where it is, and is told: it replaces nothing (P1). */
  #leaveRoom(): void {
    for (const { authorityRoom, part } of this.#it.parts) {
      const { authority } = part.rule;
      const wanted = this.#authorities.get(authority);
      if (authorityRoom === "many" || wanted === undefined || this.#countOf(wanted) < 2) continue;
      this.#authorities.delete(authority);
      this.#heldBack.set(authority, wanted);
      this.#held ??= `${authority} has room for one of these only`;
    }
  }

  #countOf(elements: Elements): number {
    const { kind } = this.#it;
    return toElements(kind, fromElements(kind, elements, this.#sides.whole), false).size;
  }

  plan(): FieldPlan {
    this.#leaveRoom();
    const { mirrorSeen, open, parts } = this.#it;
    const restored = this.#restored();
    const part = this.#worst?.part ?? (parts.at(-1) as PartCase);
    const before = this.#it.base === undefined ? undefined : { value: this.#it.base, compared: this.#it.comparedWith };
    const base = this.#sides.malformed ? before : this.#baseWith(this.#sides.mirror);
    return {
      mirrorWrite: restored !== undefined && !equalJson(restored, valueOf(mirrorSeen)) ? restored : undefined,
      writtenBase: this.#baseWith(this.#mirror),
      authorityWrites: this.#adopted(this.#authorities),
      heldBack: this.#adopted(this.#heldBack),
      finding: this.#finding(part) ?? (open && this.#mayStand(open) ? "keep" : null),
      base: base?.value,
      compared: base?.compared ?? [],
      isFirstSight: this.#worst?.kind === "FIRST_SIGHT",
      action: this.#action(),
      rule: part.part.rule.name,
      ...(this.#decidedBy && { decided: this.#decidedBy }),
    };
  }

  /** Whether something is not known of the field; what can never be known is nothing to wait for. */
  #isPartial(): boolean {
    return this.#it.parts.some(isAwaited);
  }

  /** A drift is over where nothing is left of it, unless it is about something that is not known now. */
  #mayStand({ found, wanted }: Drift): boolean {
    const { kind, parts } = this.#it;
    if (!this.#isPartial()) return false;
    // What was no set of elements may have stood for any part.
    if ([found, wanted].some((it) => !isDivisible(kind, it))) return true;
    const [left, right] = [toElements(kind, wanted, false), toElements(kind, found, false)];
    const keys = new Set([...left.keys(), ...right.keys()]);
    return [...keys].some((key) => !equalJson(left.get(key), right.get(key)) && isAwaited(partOf(parts, key)));
  }

  #adopted(targets: ReadonlyMap<SourceId, Elements>): FieldPlan["authorityWrites"] {
    const { holds, kind, parts } = this.#it;
    const writes = [...targets].map(([id, wanted]) => {
      const seen = parts.find((it) => it.part.rule.authority === id)?.authoritySeen;
      const current = seen ? valueOf(seen) : null;
      const value = liftValue(kind, fromElements(kind, wanted, this.#sides.whole), current, holds);
      return { id, value, isChange: !equalJson(value, current) };
    });
    return new Map(writes.filter((it) => it.isChange).map((it) => [it.id, it.value]));
  }

  /**
   * The mirror's value with the verdicts carried out. Content that one write would replace as a whole (malformed, or the one
   * element that there is room for) stays until it is decided on.
   */
  #restored(): Json | undefined {
    const { holds, kind } = this.#it;
    const { malformed, whole } = this.#sides;
    const replaces = malformed || holds.cardinality === "one";
    if (!this.#mirrorWritten || (replaces && (this.#review || this.#held !== undefined))) return undefined;
    this.#mirror.delete(MALFORMED);
    return projectValue(kind, fromElements(kind, this.#mirror, whole), holds);
  }

  #action(): FieldPlan["action"] {
    if (!this.#worst) return null;
    if (this.#review) return "REVIEW";
    if (this.#held !== undefined) return "HOLD";
    if (this.#authorities.size > 0) return "ADOPT";
    return this.#worst.kind === "MIRROR_STALE" || this.#worst.kind === "FIRST_SIGHT" ? "MIRROR" : "REVERT";
  }

  /** An authority's change on its way to a mirror that may be written is no drift, just not there yet. */
  #finding(part: PartCase): Finding | null {
    const action = this.#action();
    if (!this.#worst || action === null || action === "MIRROR") return null;
    const asks = this.#it.isLost
      ? "the ledger was restored from a backup: nobody knows which of the two is newer"
      : `rule ${part.part.rule.name} asks for a review`;
    const because = action === "REVIEW" ? asks : this.#held;
    return {
      kind: this.#worst.kind,
      state: action === "REVIEW" ? "IN_REVIEW" : action === "HOLD" ? "OPEN" : "REPAIRING",
      rule: part.part.rule.name,
      authority: part.part.rule.authority,
      base: this.#it.base,
      wanted: fromElements(this.#it.kind, this.#sides.authority, this.#sides.whole),
      found: valueOf(this.#it.mirrorSeen),
      ...(because === undefined ? {} : { because }),
    };
  }

  baseAdopted(): Base | undefined {
    return this.#baseWith(this.#sides.mirror, holdsAll);
  }

  /** @param agree whether an authority and the mirror, of which there is no base, count as compared. */
  #baseWith(mirror: Elements, agree = equalElements): Base | undefined {
    const { kind, parts } = this.#it;
    const { authority, base, comparedWith, whole } = this.#sides;
    const governed = (key: string): boolean => {
      const part = partOf(parts, key);
      return part.mirrored && isKnown(part.authoritySeen);
    };
    const pick = (elements: Elements): Elements => new Map([...elements].filter(([key]) => governed(key)));
    const [left, right] = [pick(authority), pick(mirror)];
    // What was not compared with an authority that nobody could read has no base because the rest of the field agrees (P7).
    if (comparedWith.size === 0 && (this.#isPartial() || !agree(left, right))) return undefined;
    const compared = this.#comparedBy(left, right, agree);
    const next = new Map([...base].filter(([key]) => !governed(key)));
    for (const [key, value] of rebase(pick(base), left, right))
      if (compared.has(partOf(parts, key).part.rule.authority)) next.set(key, value);
    return { value: fromElements(kind, next, whole), compared: [...compared].sort() };
  }

  /** An authority that came to know the asset later is compared once its own parts agree, whatever the others were compared for before. */
  #comparedBy(left: Elements, right: Elements, agree: typeof equalElements): ReadonlySet<SourceId> {
    const { parts } = this.#it;
    const compared = new Set(this.#sides.comparedWith);
    for (const { authoritySeen, mirrored, part } of parts) {
      const { authority } = part.rule;
      const own = (elements: Elements): Elements =>
        new Map([...elements].filter(([key]) => partOf(parts, key).part.rule.authority === authority));
      if (mirrored && isKnown(authoritySeen) && agree(own(left), own(right))) compared.add(authority);
    }
    return compared;
  }
}
