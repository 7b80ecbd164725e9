import type { FieldKey } from "../../src/domain/field.ts";
import type { AssetId, IntentId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { FieldReview } from "../../src/domain/review.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { difference, marksOf, sameJson } from "./elements.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { LAKE, ruleOf, rulesOf, type SimulatedTreaty } from "./scenario.ts";
import type { System, Written } from "./system.ts";

export interface AnswerGround {
  readonly systems: ReadonlyMap<SourceId, System>;
  readonly say: (invariant: string, what: string) => void;
  /** What the write was made for. */
  readonly purposeOf: (intent: IntentId) => string | undefined;
  /** By now. */
  readonly treaty: () => SimulatedTreaty;
}

/** One answer that a person gave to the question whose value of a field stands. */
export interface Answer {
  readonly review: FieldReview;
  readonly answer: "AUTHORITY" | "MIRROR" | "VALUE";
  /** How many entries the log had when it was given. */
  readonly head: number;
  /** How many values each thing of the asset had had by then. */
  readonly had: ReadonlyMap<string, number>;
  /** Both sides held what the person saw, of what it is about. */
  readonly isAsSeen: boolean;
  /** By which it was asked. */
  readonly treaty: SimulatedTreaty;
  isAcknowledged: boolean;
}

/** Knows what people answered to reviews of fields: what that permits, and that it was carried out or overtaken. */
export class AnswerOracle {
  readonly #ground: AnswerGround;
  #answers: Answer[] = [];

  constructor(ground: AnswerGround) {
    this.#ground = ground;
  }

  /** Nobody has to remember what was answered any more. */
  forget(): void {
    this.#answers = [];
  }

  /** A person answers now; nobody knows yet whether it is heard. */
  give(review: FieldReview, answer: Answer["answer"], { assets, log }: MemoryTables): Answer {
    const things = (assets.get(review.asset)?.state.bindings ?? []).map((it) => it.ref.stableId ?? "");
    const had = new Map(things.map((it) => [it, this.#valuesOf(it, review.key).length]));
    const holds = (id: SourceId, value: Json): boolean =>
      [...(this.#ground.systems.get(id)?.things.values() ?? [])].some(
        (it) => had.has(it.id) && isSameOfIt(treaty, review, it.fields.get(review.key) ?? null, value),
      );
    const treaty = this.#ground.treaty();
    const isAsSeen = holds(review.authority, review.wanted) && holds(review.source, review.found);
    const given: Answer = { review, answer, head: log.length, had, isAsSeen, treaty, isAcknowledged: false };
    this.#answers.push(given);
    return given;
  }

  /** Whether somebody has said that this piece, which a mirror has, is to stand at the authority too. */
  brings(asset: AssetId, key: string, mark: string): boolean {
    return this.#ofMirror(asset, key, mark).some(({ review }) => marksOf(key, review.found).includes(mark));
  }

  /** Whether somebody has said that this piece of the authority's is not to stand, as in a mirror. */
  takes(asset: AssetId, key: string, mark: string): boolean {
    return this.#ofMirror(asset, key, mark).some(({ review }) => marksOf(key, review.wanted).includes(mark));
  }

  /** An answer is about pieces of the authority that was asked about, by the treaty of then or, where it is rolled out just now, by the next. */
  #ofMirror(asset: AssetId, key: string, mark: string): readonly Answer[] {
    return this.#answers.filter(
      ({ answer, review, treaty }) =>
        answer === "MIRROR" &&
        review.asset === asset &&
        review.key === key &&
        [treaty, this.#ground.treaty()].some((it) => isOf(it, review, mark)),
    );
  }

  /** At rest every answer that was acknowledged has been carried out, or something else came in between, and the log says so. */
  checkRest(tables: MemoryTables): void {
    for (const it of this.#answers) if (it.isAcknowledged) this.#checkOne(it, tables);
  }

  #checkOne(it: Answer, tables: MemoryTables): void {
    const { assets, log } = tables;
    const { answer, head, review } = it;
    const state = assets.get(review.asset)?.state;
    if (!state || state.asset.state === "RETIRED") return;
    const what = `the review of ${review.key} of ${review.asset} at ${review.source} was answered with ${answer}`;
    const later = log.slice(head).filter((entry) => entry.review === review.id);
    // A value is set by a mutation: it stands also where the question went away while that was under way.
    const isTold = later.some(
      ({ kind }) => kind === "REVIEW_DECIDED" || (answer === "VALUE" && kind === "REVIEW_WITHDRAWN"),
    );
    if (!isTold) return this.#ground.say("P5", `${what}, and the log does not tell it`);
    // A side that has lost its record is UNKNOWN: nothing is concluded, and the answer waits.
    // So is an asset that the lakehouse does not have: nothing is spread of an orphan.
    const isThere = [LAKE, review.authority, review.source].every((id) =>
      state.bindings.some(
        (one) => one.source === id && this.#ground.systems.get(id)?.things.has(one.ref.stableId ?? ""),
      ),
    );
    // Another treaty asks anew, or decides by itself.
    const isOvertaken = log.slice(head).some((entry) => entry.kind === "TREATY_CHANGED");
    // Where a rule of the field only observes, an answer stands there and waits.
    const rules = rulesOf(this.#ground.treaty(), review.key);
    if (!isThere || isOvertaken || rules.some((one) => one.mode === "observe")) return;
    const drift = state.drifts.find((one) => one.id === review.drift);
    const isRefused = drift?.kind === "DELIVERY_FAILED" || [review.authority, review.source].some((id) => this.#ground.systems.get(id)?.holdsOne(review.key)); // biome-ignore format: one glance
    if (drift?.decision !== undefined && !isRefused)
      this.#ground.say("P5", `${what}, and nothing came of it: ${drift.kind} ${drift.state}`);
    const isAskedAgain = later.some((entry) => entry.kind === "REVIEW_OPENED");
    if (answer === "MIRROR" && it.isAsSeen && !isAskedAgain && !this.#isSuperseded(it, log))
      this.#checkTaken(it, tables, what);
  }

  /** Somebody has said since, or was about to, that the authority is to hold what another mirror holds, or something else. */
  #isSuperseded(it: Answer, log: MemoryTables["log"]): boolean {
    const { asset, key } = it.review;
    const decided = new Set(log.slice(it.head).map((entry) => entry.kind === "REVIEW_DECIDED" && entry.review));
    const later = this.#answers.slice(this.#answers.indexOf(it) + 1);
    return this.#answers.some(
      (other) =>
        other.answer !== "AUTHORITY" && other.review.asset === asset && other.review.key === key && other !== it &&
        (later.includes(other) || (other.review.id !== it.review.id && decided.has(other.review.id))),
    ); // biome-ignore format: one glance
  }

  /** Where nobody wrote anything since, but the gateway what it had not begun before, the authority has held what the mirror held. */
  #checkTaken(answer: Answer, { assets, log }: MemoryTables, what: string): void {
    const { had, head, review } = answer;
    const { asset, authority, found, key, source } = review;
    const isSame = (value: Json): boolean => isSameOfIt(this.#ground.treaty(), review, value, found);
    const state = assets.get(asset)?.state;
    const [system] = [...this.#ground.systems.values()].filter((it) => it.id === authority);
    const thing = [...had.keys()].find((it) => system?.things.has(it));
    if (!system || thing === undefined || system.manners.leavesOut > 0 || system.holdsOne(key)) return;
    const begun = new Set(log.slice(head).flatMap((it) => (it.kind === "WRITE_INTENDED" ? (it.intent ?? []) : [])));
    const isOwn = ({ writer }: Written): boolean =>
      writer.by === "gateway" && begun.has(writer.intent) && this.#ground.purposeOf(writer.intent) !== "mutation";
    const isUntouched = [...had].every(([id, count]) => this.#valuesOf(id, key).slice(count).every(isOwn));
    const held = system.things.get(thing)?.fields.get(key) ?? null;
    if (!isUntouched || isSame(held)) return;
    // It was taken; or something of another mirror's came first, both sides were not as seen any more, and the rule decided.
    const isUnmoved = this.#valuesOf(thing, key).length === had.get(thing);
    const others = (state?.bindings ?? []).filter((it) => it.source !== authority && it.source !== source);
    if (isUnmoved || !this.#isBroughtBy(others, answer, held))
      this.#ground.say(
        "P5",
        `${what}, but ${authority} holds ${JSON.stringify(held)} and not ${JSON.stringify(found)}`,
      );
  }

  /**
   * Whether all that the authority holds beyond the answer is what the rules let the gateway take over from other mirrors: what those
   * had, or lacked, when it was given, or when the gateway came to know them.
   */
  #isBroughtBy(others: AssetState["bindings"], { had, review }: Answer, held: Json): boolean {
    const { found, key } = review;
    const { added, removed } = difference(key, found, held);
    const isAbout = (mark: string): boolean => isOf(this.#ground.treaty(), review, mark);
    const isFrom = (mark: string, isThere: boolean): boolean => {
      const { mirrors, onConflict, onFirstSight, onForeignWrite } = ruleOf(this.#ground.treaty(), key, mark);
      const adopts = onForeignWrite === "adopt" || !["authority", "review"].includes(onConflict);
      if (!adopts && !(isThere && onFirstSight === "union")) return false;
      return others.some(({ ref: { stableId }, source }) => {
        const values = this.#valuesOf(stableId ?? "", key);
        const count = had.get(stableId ?? "");
        const known = count === undefined ? values.filter((it) => it.writer.by !== "gateway") : [values[count - 1]];
        return (
          mirrors.includes(source) && known.some((it) => marksOf(key, it?.value ?? null).includes(mark) === isThere)
        );
      });
    };
    return (
      added.filter(isAbout).every((it) => isFrom(it, true)) && removed.filter(isAbout).every((it) => isFrom(it, false))
    );
  }

  #valuesOf(thing: string, key: FieldKey): ReturnType<System["valuesOf"]> {
    const system = [...this.#ground.systems.values()].find((it) => it.has(thing));
    return system?.valuesOf(thing, key) ?? [];
  }
}

/** Whether a review is about this piece of its field: the mirror has to carry it for the authority that is asked about. */
function isOf(treaty: SimulatedTreaty, { authority, key, source }: FieldReview, mark: string): boolean {
  const rule = ruleOf(treaty, key, mark);
  return rule.authority === authority && rule.mirrors.includes(source);
}

/** Of what a review is about. Roles and the like are not everybody's. */
function isSameOfIt(treaty: SimulatedTreaty, review: FieldReview, left: Json, right: Json): boolean {
  const [a = [], b = []] = [left, right].map((it) =>
    marksOf(review.key, it).filter((one) => isOf(treaty, review, one)),
  );
  return sameJson([...a].sort(), [...b].sort());
}
