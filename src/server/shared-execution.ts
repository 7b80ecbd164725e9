import canonicalize from "canonicalize";
import type { ExecutionResult } from "graphql";
import type { Caller } from "../access/access.ts";
import { type ContextDeps, createContext } from "./create-context.ts";
import type { ReportUnexpected } from "./mask-error.ts";
import { type Operation, runOperation } from "./operation.ts";
import { relevantVariables } from "./relevant-variables.ts";

/** An answer is told to others as long as it is no older than this: milliseconds. */
const SHARED_FOR_MS = 1_000;
/** Answers kept for those who are a little behind, of each group of subscribers. */
const KEPT_ANSWERS = 32;

/** A subscriber's place among those who are answered alike. */
export interface SharedExecution {
  /**
   * The answer to one event: executed with a context of its own, or somebody else's of just now. Never older than what this subscriber was
   * told before, so that for it time does not run backwards.
   */
  run(event: unknown): Promise<ExecutionResult>;
  leave(): void;
}

export interface SharedExecutionDeps {
  readonly context: ContextDeps;
  readonly report: ReportUnexpected;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** One execution of an event serves all subscribers of the same document, variables and authorisation scope. */
export class SharedExecutions {
  readonly #deps: SharedExecutionDeps;
  readonly #groups = new Map<string, Group>();

  constructor(deps: SharedExecutionDeps) {
    this.#deps = deps;
  }

  /** How many groups of subscribers are answered alike. */
  get size(): number {
    return this.#groups.size;
  }

  join(operation: Operation, caller: Caller): SharedExecution {
    const key = keyOf(operation, caller);
    const group = this.#groups.get(key) ?? new Group(this.#deps, operation, caller);
    this.#groups.set(key, group);
    group.members += 1;
    let toldUpTo = 0;
    let isMember = true;
    return {
      run: (event) => {
        const { response, turn } = group.answer(event, toldUpTo);
        toldUpTo = turn;
        return response;
      },
      leave: () => {
        if (!isMember) return;
        isMember = false;
        group.members -= 1;
        if (group.members > 0) return;
        this.#groups.delete(key);
        group.ended.abort();
      },
    };
  }
}

interface Answer {
  /** Executions are counted: of two, the one with the higher turn began later. */
  readonly turn: number;
  readonly at: number;
  readonly response: Promise<ExecutionResult>;
}

class Group {
  members = 0;
  readonly ended = new AbortController();
  readonly #deps: SharedExecutionDeps;
  readonly #operation: Operation;
  readonly #caller: Caller;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  readonly #answers = new Map<number, Answer>();
  #turns = 0;

  constructor(deps: SharedExecutionDeps, operation: Operation, caller: Caller) {
    this.#deps = deps;
    this.#operation = operation;
    // What is executed for many is executed for none of them by name.
    this.#caller = { actor: { kind: "gateway", id: "subscription" }, actions: caller.actions };
    this.#signal = AbortSignal.any([this.ended.signal, deps.context.closing]);
    this.#now = deps.now ?? (() => performance.now());
  }

  answer(event: unknown, notBefore: number): Answer {
    const position = positionOf(event);
    const at = this.#now();
    const kept = position === undefined ? undefined : this.#answers.get(position);
    if (kept && kept.turn >= notBefore && at - kept.at <= SHARED_FOR_MS) return kept;
    const context = createContext(this.#deps.context, this.#caller, this.#signal);
    const response = runOperation(this.#operation, context, event, this.#deps.report);
    const answer = { turn: ++this.#turns, at, response };
    if (position !== undefined && this.members > 1) this.#keep(position, answer);
    return answer;
  }

  /** The newest are kept: who replays history does not take from those who follow what is new. */
  #keep(position: number, answer: Answer): void {
    this.#answers.set(position, answer);
    if (this.#answers.size > KEPT_ANSWERS) this.#answers.delete(Math.min(...this.#answers.keys()));
    answer.response.catch(() => this.#answers.get(position) === answer && this.#answers.delete(position));
  }
}

function keyOf({ document, definition, operationName, variables }: Operation, caller: Caller): string {
  const scope = [...caller.actions].sort().join();
  const text = document.loc?.source.body ?? "";
  return [
    scope,
    operationName ?? "",
    canonicalize(relevantVariables(document, definition, variables)) ?? "",
    text,
  ].join("\n");
}

/** Log entries and what is made of one are the same for everybody; initial drift and sources are not known by a position. */
function positionOf(event: unknown): number | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  if ("position" in event && typeof event.position === "number") return event.position;
  if (!("cursor" in event) || typeof event.cursor !== "object" || event.cursor === null) return undefined;
  if ("initialAfter" in event.cursor || !("position" in event.cursor)) return undefined;
  return typeof event.cursor.position === "number" ? event.cursor.position : undefined;
}
