import type { Actor } from "../../src/domain/change.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import { type FieldReview, type GuardReview, type Review, versionOfReview } from "../../src/domain/review.ts";
import type { ReviewDecision } from "../../src/ports/gateway.ts";
import type { AnswerOracle } from "./answer-oracle.ts";
import type { Coverage } from "./coverage.ts";
import { marksOf } from "./elements.ts";
import type { GuardOracle } from "./guard-oracle.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { WriteOracle } from "./write-oracle.ts";

export interface OperatorParts {
  readonly scheduler: Scheduler;
  readonly lane: Lane;
  readonly random: RandomStream;
  readonly coverage: Coverage;
  readonly oracle: WriteOracle;
  readonly guards: GuardOracle;
  readonly answers: AnswerOracle;
  readonly sources: readonly SourceId[];
  readonly tables: () => MemoryTables;
  readonly process: () => SimulatedProcess | undefined;
  /** A value of the field that nobody ever used before. */
  readonly fresh: (key: string) => Json;
}

const OPERATOR: Actor = { kind: "person", id: "operator" };
const MODES = ["observe", "pause", "enforce", "enforce"] as const;
/** Times that an answer is sent again when none comes back. */
const TRIES = 3;

/** People who answer reviews, and who stop sources and let them go on. */
export class Operators {
  readonly #parts: OperatorParts;
  #answers = 0;
  /** Calls that nobody has an answer of yet. */
  waiting = 0;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  act(): void {
    const { random } = this.#parts;
    const draw = random.next();
    if (draw < 0.4) this.#do(this.#answerOne("FIELD"));
    else if (draw < 0.7) this.#do(this.#answerOne("GUARD"));
    else if (draw < 0.9) this.#do(this.#setMode(random.pick(this.#parts.sources), random.pick(MODES)));
  }

  /** Whether a person has to do something before everything can go on. */
  isNeeded(): boolean {
    const { reviews, runs, sources } = this.#parts.tables();
    return (
      [...sources.values()].some((it) => it.mode !== "enforce") ||
      [...runs.values()].some((it) => it.run.trip !== undefined) ||
      [...reviews.values()].some(({ review }) => review.kind === "GUARD" && review.state === "OPEN")
    );
  }

  /** Lets everything that was stopped go on: what is asked is released, and every mode set. */
  putRight(): void {
    this.#do(this.#putRight());
  }

  async #putRight(): Promise<void> {
    const { reviews, runs, sources } = this.#parts.tables();
    const open = [...reviews.values()].flatMap(({ review }) =>
      review.kind === "GUARD" && review.state === "OPEN" ? [review] : [],
    );
    for (const it of open) await this.#answerGuard(it, "RELEASE");
    for (const it of sources.keys()) {
      // What was rejected stays stopped, whatever the mode, until somebody sets another one.
      const isStopped = [...runs].some(([place, { run }]) => run.trip && place.startsWith(`${it} `));
      if (isStopped) await this.#setMode(it, "observe");
      await this.#setMode(it, "enforce");
    }
  }

  #do(work: Promise<void>): void {
    this.waiting += 1;
    const over = (): void => {
      this.waiting -= 1;
    };
    work.then(over, over);
  }

  async #answerOne(kind: Review["kind"]): Promise<void> {
    const { random } = this.#parts;
    const found = await this.#ask(async ({ engine }) =>
      engine?.ledger.pageReviews({ kinds: [kind], states: ["OPEN"] }, { limit: 20 }),
    );
    const open = (found?.items ?? []).map((it) => it.item);
    if (open.length === 0) return;
    const review = random.pick(open);
    if (review.kind === "GUARD") return this.#answerGuard(review, random.chance(0.75) ? "RELEASE" : "REJECT");
    return this.#answerField(review, random.pick(["AUTHORITY", "MIRROR", "MIRROR", "VALUE"] as const));
  }

  async #answerGuard(review: GuardReview, answer: "RELEASE" | "REJECT"): Promise<void> {
    await this.#decide(review, { answer });
  }

  async #answerField(review: FieldReview, answer: "AUTHORITY" | "MIRROR" | "VALUE"): Promise<void> {
    const { answers, fresh, oracle, tables } = this.#parts;
    const { key } = review;
    const given = answers.give(review, answer, tables());
    const value = answer === "VALUE" ? fresh(key) : undefined;
    if (value !== undefined) oracle.ask({ op: "set", key, marks: marksOf(key, value) });
    const isHeard = await this.#decide(review, value === undefined ? { answer } : { answer, value });
    given.isAcknowledged = isHeard;
  }

  /** With a key, so that it may be sent again where nobody knows whether it was heard. */
  async #decide(review: Review, how: Pick<ReviewDecision, "answer" | "value">): Promise<boolean> {
    const { coverage, lane, random, scheduler } = this.#parts;
    this.#answers += 1;
    const decision: ReviewDecision = {
      ...how,
      review: review.id,
      expectedVersion: versionOfReview(review),
      idempotencyKey: `answer-${this.#answers}`,
    };
    for (let left = TRIES; left > 0; left -= 1) {
      const outcome = await this.#ask(async ({ gateway, signal }) => gateway?.decideReview(decision, OPERATOR, signal));
      const code = outcome?.userErrors[0]?.code;
      scheduler.note(`${review.kind} ${how.answer} ${outcome ? (code ?? "decided") : "no answer"}`);
      coverage.count(`${review.kind} review: ${how.answer} ${outcome ? (code ?? "decided") : "no answer"}`);
      if (outcome && code === undefined) return true;
      if (outcome && code !== "BUSY" && code !== "OUTCOME_UNKNOWN") return false;
      await scheduler.step(lane, "answers again", random.int(100, 20_000));
    }
    return false;
  }

  async #setMode(source: SourceId, mode: (typeof MODES)[number]): Promise<void> {
    const { coverage, guards, oracle, scheduler } = this.#parts;
    const before = guards.modesOf(source);
    const outcome = await this.#ask(async ({ gateway }) => gateway?.setSourceMode(source, mode, undefined, OPERATOR));
    scheduler.note(`mode ${source} ${mode} ${outcome?.ok ?? "no answer"}`);
    if (!outcome?.ok) return;
    coverage.count(`people: set a source to ${mode}`);
    const now = guards.modesOf(source);
    // As it was, or since: others may have set another one meanwhile. After a ledger was put back nobody knows.
    const isSince = now.length >= before.length && !oracle.hasForgotten;
    if (isSince && !now.slice(before.length - 1).includes(mode))
      oracle.say("mode", `${source} was set to ${mode}, as acknowledged, but it is in ${now.at(-1)}`);
  }

  /** Undefined: there was nobody to ask, or it died or failed before it answered. */
  async #ask<T>(call: (process: SimulatedProcess) => Promise<T>): Promise<T | undefined> {
    const process = this.#parts.process();
    if (!process?.gateway) return undefined;
    const { mourners } = process.lane;
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    const dies = (): void => resolve(undefined);
    mourners.add(dies);
    call(process).then(resolve, dies);
    return promise.finally(() => mourners.delete(dies));
  }
}
