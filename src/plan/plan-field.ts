import type { Decided } from "../domain/decided.ts";
import { differingKeys, equalElements, holdsAll, rebase } from "../domain/diff.ts";
import type { Drift, DriftKind } from "../domain/drift.ts";
import { type Elements, fromElements, isDivisible, liftValue, projectValue, toElements } from "../domain/elements.ts";
import type { SourceId } from "../domain/ids.ts";
import { equalJson, type Json } from "../domain/json.ts";
import type { ComparedPart } from "../domain/state.ts";
import { type Answer, answerOf } from "./answer.ts";
import {
  comparedParts,
  type FieldCase,
  isCompared,
  isJudged,
  isKnown,
  isReplacedWhole,
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
  /** It is what a person's answer is being carried out on: the answer still holds. */
  readonly isAnswered?: true;
}

/** A base, and the parts of the field that it holds for. */
export interface Base {
  readonly value: Json;
  readonly compared: readonly ComparedPart[];
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
  readonly compared: readonly ComparedPart[];
  /** Something of it is seen for the first time. */
  readonly isFirstSight: boolean;
  /** Set where something would be written or decided: what the plan lists. */
  readonly action: "MIRROR" | "REVERT" | "ADOPT" | "REVIEW" | "HOLD" | null;
  readonly rule: string;
  /** A person's answer that stands above the rule here, and where it is carried out. */
  readonly decided?: { readonly by: Decided; readonly at: SourceId };
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

/** Something that is not as it should be, and who decides on it. */
interface Told {
  readonly kind: DriftKind;
  readonly part: PartCase;
  readonly by: "rule" | "review" | "answer";
}

function gravest(all: readonly Told[]): Told | undefined {
  return all.reduce<Told | undefined>(
    (worst, it) => (worst && GRAVITY.indexOf(it.kind) <= GRAVITY.indexOf(worst.kind) ? worst : it),
    undefined,
  );
}

/** Adds up the verdicts on the elements of one field. */
class Tally {
  readonly #it: FieldCase;
  readonly #sides: Sides;
  readonly #answer: Answer | undefined;
  readonly #mirror: Map<string, Json>;
  readonly #authorities = new Map<SourceId, Map<string, Json>>();
  readonly #heldBack = new Map<SourceId, Map<string, Json>>();
  readonly #all: Told[] = [];
  #mirrorWritten = false;
  #held: string | undefined;

  constructor(it: FieldCase, sides: Sides) {
    this.#it = it;
    this.#sides = sides;
    this.#answer = answerOf(it, sides);
    this.#mirror = new Map(sides.mirror);
  }

  add(key: string, part: PartCase, judged: Verdict): void {
    const answered = this.#answered(key, part, judged);
    const verdict = answered ?? judged;
    if (verdict.to === "nothing") return;
    if (part.mirrorMode === "seed-once" && !(verdict.to === "mirror" && this.#isSeed(key, part))) return;
    const by = answered ? "answer" : verdict.to === "review" ? "review" : "rule";
    this.#all.push({ kind: verdict.kind, part, by });
    if (verdict.to === "mirror") this.#toMirror(key, part, verdict.value);
    else if (verdict.to === "authority") this.#toAuthority(key, part, verdict.value);
  }

  /** What a person's answer says of the element in place of the rule; undefined: nothing. */
  #answered(key: string, part: PartCase, judged: Verdict): Verdict | undefined {
    const answer = this.#answer;
    if (judged.to === "nothing" || !answer?.isFor(part)) return undefined;
    const { kind } = judged;
    if (answer.for === "mirror") return { to: "authority", kind, value: this.#sides.mirror.get(key) };
    return kind === "MIRROR_STALE" ? undefined : { to: "mirror", kind, value: this.#sides.authority.get(key) };
  }

  #isAsked(): boolean {
    return this.#all.some((it) => it.by === "review");
  }

  /**
   * What there is to tell of, about one part: what a person has answered, until that is carried out; then what a person is to be
   * asked; then the gravest. An answer that has to wait for another one, because one write replaces all, comes second.
   */
  #told(): Told | undefined {
    const isBlocked = this.#isAsked() && isReplacedWhole(this.#it, this.#sides);
    const of = (by: Told["by"]): Told | undefined => gravest(this.#all.filter((it) => it.by === by));
    const first = (isBlocked ? undefined : of("answer")) ?? of("review") ?? gravest(this.#all);
    if (!first) return undefined;
    const about = gravest(this.#all.filter((it) => it.part === first.part)) ?? first;
    return { ...first, kind: about.kind };
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
    const told = this.#told();
    const { rule } = (told?.part ?? (parts.at(-1) as PartCase)).part;
    const before = this.#it.base === undefined ? undefined : { value: this.#it.base, compared: this.#it.comparedWith };
    const base = this.#sides.malformed ? before : this.#baseWith(this.#sides.mirror);
    const isAnswered = this.#all.some((it) => it.by === "answer");
    return {
      mirrorWrite: restored !== undefined && !equalJson(restored, valueOf(mirrorSeen)) ? restored : undefined,
      writtenBase: this.#baseWith(this.#mirror),
      authorityWrites: this.#adopted(this.#authorities),
      heldBack: this.#adopted(this.#heldBack),
      finding: this.#finding(told) ?? (open && this.#mayStand(open) ? "keep" : null),
      base: base?.value,
      compared: base?.compared ?? [],
      isFirstSight: told?.kind === "FIRST_SIGHT",
      action: this.#action(told),
      rule: rule.name,
      ...(isAnswered && this.#answer?.by && { decided: { by: this.#answer.by, at: this.#answer.at } }),
    };
  }

  /**
   * A drift is over where nothing is left of it, unless it is about something that is not known now. It is about the elements of its
   * authority that differed; where those are all others' by now, about whatever differed.
   */
  #mayStand({ authority, found, wanted }: Drift): boolean {
    const { kind, parts } = this.#it;
    if (!parts.some(isAwaited)) return false;
    // What was no set of elements may have stood for any part.
    if ([found, wanted].some((it) => !isDivisible(kind, it))) return true;
    const keys = differingKeys(toElements(kind, wanted, false), toElements(kind, found, false));
    const differing = keys.map((key) => partOf(parts, key));
    const own = differing.filter(({ part }) => part.rule.authority === authority);
    return (own.length > 0 ? own : differing).some(isAwaited);
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
    const { whole } = this.#sides;
    const isWaiting = this.#isAsked() || this.#held !== undefined;
    if (!this.#mirrorWritten || (isWaiting && isReplacedWhole(this.#it, this.#sides))) return undefined;
    this.#mirror.delete(MALFORMED);
    return projectValue(kind, fromElements(kind, this.#mirror, whole), holds);
  }

  #action(told: Told | undefined): FieldPlan["action"] {
    if (!told) return null;
    if (told.by === "review") return "REVIEW";
    if (this.#held !== undefined) return "HOLD";
    if (this.#authorities.size > 0) return "ADOPT";
    return told.kind === "MIRROR_STALE" || told.kind === "FIRST_SIGHT" ? "MIRROR" : "REVERT";
  }

  /** An authority's change on its way to a mirror that may be written is no drift, just not there yet. */
  #finding(told: Told | undefined): Finding | null {
    const action = this.#action(told);
    if (!told || action === null || action === "MIRROR") return null;
    const { rule } = told.part.part;
    const asks = this.#it.isLost
      ? "the ledger was restored from a backup: nobody knows which of the two is newer"
      : `rule ${rule.name} asks for a review`;
    const because = action === "REVIEW" ? asks : this.#held;
    return {
      kind: told.kind,
      state: action === "REVIEW" ? "IN_REVIEW" : action === "HOLD" ? "OPEN" : "REPAIRING",
      rule: rule.name,
      authority: rule.authority,
      base: this.#it.base,
      wanted: fromElements(this.#it.kind, this.#sides.authority, this.#sides.whole),
      found: valueOf(this.#it.mirrorSeen),
      ...(because === undefined ? {} : { because }),
      ...(told.by === "answer" ? { isAnswered: true } : {}),
    };
  }

  baseAdopted(): Base | undefined {
    return this.#baseWith(this.#sides.mirror, holdsAll);
  }

  /** @param agree whether what an authority and the mirror have of a part that has no base counts as compared. */
  #baseWith(mirror: Elements, agree = equalElements): Base | undefined {
    const { isLost, kind, parts } = this.#it;
    const { authority, base, comparedWith, whole } = this.#sides;
    const governed = (key: string): boolean => {
      const part = partOf(parts, key);
      return part.mirrored && isKnown(part.authoritySeen);
    };
    const pick = (elements: Elements): Elements => new Map([...elements].filter(([key]) => governed(key)));
    const [left, right] = [pick(authority), pick(mirror)];
    // A lost base is whole again or not at all: as long as there is none, whatever differs is asked (P7).
    if (isLost && comparedWith.size === 0 && (parts.some(isAwaited) || !agree(left, right))) return undefined;
    const comparedNow = this.#comparedBy(left, right, agree);
    if (comparedNow.size === 0) return undefined;
    const next = new Map([...base].filter(([key]) => !governed(key)));
    for (const [key, value] of rebase(pick(base), left, right))
      if (isCompared(partOf(parts, key), { comparedWith: comparedNow })) next.set(key, value);
    return { value: fromElements(kind, next, whole), compared: [...comparedNow].sort() };
  }

  /** Each part is compared once its own elements agree: what another rule or authority still asks about keeps no base from it. */
  #comparedBy(left: Elements, right: Elements, agree: typeof equalElements): ReadonlySet<ComparedPart> {
    const { parts } = this.#it;
    return comparedParts(parts, (part) => {
      const own = (elements: Elements): Elements =>
        new Map([...elements].filter(([key]) => partOf(parts, key) === part));
      return isCompared(part, this.#sides) || (isKnown(part.authoritySeen) && agree(own(left), own(right)));
    });
  }
}
