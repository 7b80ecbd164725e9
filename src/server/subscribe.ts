import { createSourceEventStream, type ExecutionResult } from "graphql";
import { encodeCursor } from "../../resolvers/type/cursor.ts";
import type { Caller } from "../access/access.ts";
import type { History } from "../domain/history.ts";
import type { Metrics } from "../observe/metrics.ts";
import { type ContextDeps, createContext } from "./create-context.ts";
import { maskUnknown, type ReportUnexpected } from "./mask-error.ts";
import type { LogCursor } from "./models.ts";
import { type Operation, toResponse } from "./operation.ts";
import type { SharedExecution, SharedExecutions } from "./shared-execution.ts";
import type { Subscribers } from "./subscribers.ts";

export interface SubscribeDeps {
  readonly context: ContextDeps;
  readonly subscribers: Subscribers;
  readonly executions: SharedExecutions;
  readonly report: ReportUnexpected;
  readonly history: History;
  readonly metrics: Pick<Metrics, "eventDelivered" | "slowSubscriberClosed">;
}

/** The responses of one subscription. `return` ends it at once, also while it waits for an event. */
export type ResponseStream = AsyncGenerator<ExecutionResult, void, undefined>;

/**
 * Starts a subscription. Every event is executed with a context of its own, so that nothing read for one is told for another, once for
 * all who are answered alike, and for each subscriber only when it took the one before: it costs one event of memory, and none waits for
 * another.
 *
 * @param tooSlow called with the cursor of the last event that was handed over, if it is not taken in time.
 */
export async function subscribe(
  deps: SubscribeDeps,
  operation: Operation,
  caller: Caller,
  tooSlow: (cursor: string | undefined) => void,
): Promise<ResponseStream | ExecutionResult> {
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, deps.context.closing]);
  const { schema, document, operationName, variables } = operation;
  const context = createContext(deps.context, caller, signal);
  const events = await createSourceEventStream({
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context,
  });
  if (!(Symbol.asyncIterator in events)) return toResponse(events, context.reported, deps.report);
  const execution = deps.executions.join(operation, caller);
  return new Responses(deps, execution, { events: events[Symbol.asyncIterator](), ended, signal, tooSlow });
}

interface Source {
  readonly events: AsyncIterator<unknown>;
  readonly ended: AbortController;
  readonly signal: AbortSignal;
  readonly tooSlow: (cursor: string | undefined) => void;
}

class Responses implements ResponseStream {
  readonly #deps: SubscribeDeps;
  readonly #execution: SharedExecution;
  readonly #source: Source;
  readonly #watch: ReturnType<Subscribers["watch"]>;
  #cursor: string | undefined;

  constructor(deps: SubscribeDeps, execution: SharedExecution, source: Source) {
    this.#deps = deps;
    this.#execution = execution;
    this.#source = source;
    this.#watch = deps.subscribers.watch(() => {
      deps.metrics.slowSubscriberClosed();
      source.tooSlow(this.#cursor);
    });
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#watch.ready();
    const { signal } = this.#source;
    if (signal.aborted) return this.return();
    try {
      const { done, value: event } = await this.#source.events.next();
      if (done) return await this.return();
      const value = await this.#execution.run(event);
      this.#cursor = cursorOf(event, this.#deps.history) ?? this.#cursor;
      this.#watch.sending();
      this.#deps.metrics.eventDelivered();
      return { done: false, value };
    } catch (error) {
      await this.return();
      throw maskUnknown(error, this.#deps.report);
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#watch.ended();
    this.#execution.leave();
    this.#source.ended.abort(); // first, so that a wait for the next event ends
    await this.#source.events.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, void>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** An event is a log entry, or carries a cursor, or (a source's) has none. */
function cursorOf(event: unknown, history: History): string | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  if ("position" in event && typeof event.position === "number")
    return encodeCursor({ position: event.position }, history);
  return "cursor" in event ? encodeCursor(event.cursor as LogCursor, history) : undefined;
}
