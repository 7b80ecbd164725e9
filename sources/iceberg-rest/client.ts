import { TaskCancelledError } from "cockatiel";
import { Agent, type Dispatcher } from "undici";
import type { Clock } from "../../src/ports/clock.ts";
import type { Random } from "../../src/ports/random.ts";
import { type Authorizer, makeAuthorizer } from "./auth.ts";
import type { IcebergRestSettings } from "./config.ts";
import { SharedDeadline } from "./deadline.ts";
import { exchange, type Progress } from "./exchange.ts";
import { fromPolicy, toFailure } from "./failure.ts";
import { type Lane, makePolicies, type Policies } from "./policies.ts";
import { judgeStatus } from "./status.ts";
import type { ErrorModel } from "./wire.ts";

export interface Call<T> {
  readonly method: "GET" | "HEAD" | "POST";
  /** Path and query below the base address, encoded, without a leading "/". */
  readonly path: string;
  /** Reads: may be repeated. "write": only where the server certainly did not act. "probe": one attempt, beside all limits. */
  readonly lane: Lane | "write" | "probe";
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text of a 200 → what is wanted of it. @throws SyntaxError or WireError if it is malformed. */
  readonly decode: (text: string, etag: string | undefined) => T;
}

/** A response that the caller judges: a success with its body, or one of 304, 400, 404, 406, 409, 412, 422. */
export type Reply<T> =
  | { readonly status: 200; readonly body: T }
  | { readonly status: number; readonly body: undefined; readonly error: ErrorModel | undefined };

export function isOk<T>(reply: Reply<T>): reply is Extract<Reply<T>, { status: 200 }> {
  return reply.body !== undefined;
}

/** HTTP to one catalog: authorisation, limits, attempts, the circuit. */
export class IcebergClient implements AsyncDisposable {
  readonly #settings: IcebergRestSettings;
  readonly #agent: Agent;
  readonly #authorizer: Authorizer;
  readonly #policies: Policies;
  readonly #deadline: SharedDeadline;
  readonly #clock: Clock;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(settings: IcebergRestSettings, deps: { readonly clock: Clock; readonly random: Random }) {
    this.#settings = settings;
    this.#clock = deps.clock;
    this.#agent = new Agent({
      connections: settings.concurrency + settings.scanConcurrency + 2,
      connectTimeout: settings.attemptMs,
      headersTimeout: settings.attemptMs,
      bodyTimeout: settings.attemptMs,
      maxResponseSize: settings.maxBodyBytes,
    });
    this.#authorizer = makeAuthorizer(settings, this.#agent, deps.clock);
    this.#policies = makePolicies(settings, deps.random);
    this.#deadline = new SharedDeadline(settings.overallMs);
    this.#basePath = `${settings.base.pathname.replace(/\/$/, "")}/`;
    this.#headers = { ...settings.headers, accept: "application/json" };
  }

  /** @throws RequestFailure if there is no usable answer; what `signal` aborts with, if it does. */
  async call<T>(call: Call<T>, signal: AbortSignal): Promise<Reply<T>> {
    signal.throwIfAborted();
    const progress: Progress = { sent: false, answered: false };
    const limit = call.lane === "scan" ? this.#deadline.for(signal) : signal;
    try {
      if (call.lane === "probe") return await this.#attempt(call, signal, signal, progress);
      const policy = call.lane === "write" ? this.#policies.write : this.#policies.read[call.lane];
      return await policy.execute((context) => this.#attempt(call, context.signal, signal, progress), limit);
    } catch (thrown) {
      signal.throwIfAborted();
      throw fromPolicy(limit.aborted ? new TaskCancelledError() : thrown, progress);
    }
  }

  /** @param caller what the caller stops by; `signal` ends as well when the time for the whole call is over. */
  async #attempt<T>(call: Call<T>, signal: AbortSignal, caller: AbortSignal, progress: Progress): Promise<Reply<T>> {
    try {
      const authorization = await this.#authorizer.header();
      const reply = await this.#send(call, authorization, signal, progress, true);
      if (reply) return reply;
      progress.sent = false;
      const renewed = await this.#authorizer.header();
      return (await this.#send(call, renewed, signal, progress, false)) as Reply<T>;
    } catch (thrown) {
      // A server that sends on and on, and never ends, is as good as dead: the circuit has to hear of it.
      if (signal.aborted && !caller.aborted) throw fromPolicy(new TaskCancelledError(), progress);
      throw thrown;
    }
  }

  /** Undefined if the token was refused and another one may do. */
  async #send<T>(
    call: Call<T>,
    authorization: string | undefined,
    signal: AbortSignal,
    progress: Progress,
    first: boolean,
  ): Promise<Reply<T> | undefined> {
    progress.answered = false;
    const request: Dispatcher.DispatchOptions = {
      origin: this.#settings.base.origin,
      path: this.#basePath + call.path,
      method: call.method,
      headers: this.#headersFor(call, authorization),
      body: call.body ?? null,
    };
    try {
      const { status, headers, text } = await exchange(this.#agent, request, signal, progress);
      if (status === 200) return { status: 200, body: call.decode(text, one(headers["etag"])) };
      if (status === 204 || status === 304) return { status, body: undefined, error: undefined };
      if (first && (status === 401 || status === 419) && this.#authorizer.renewable(authorization)) return undefined;
      const error = judgeStatus(status, text, one(headers["retry-after"]), this.#clock.now());
      return { status, body: undefined, error };
    } catch (thrown) {
      // Cut off by the time for the whole call: the policy around it says so.
      if (signal.aborted) throw thrown;
      const failure = toFailure(thrown, progress);
      if (failure.acted === "no") progress.sent = false;
      throw failure;
    }
  }

  #headersFor<T>(call: Call<T>, authorization: string | undefined): Record<string, string> {
    const headers: Record<string, string> = { ...this.#headers, ...call.headers };
    if (authorization !== undefined) headers["authorization"] = authorization;
    if (call.body !== undefined) headers["content-type"] = "application/json";
    return headers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
