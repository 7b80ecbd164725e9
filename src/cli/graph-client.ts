import { Agent, fetch } from "undici";
import { z } from "zod";
import { Failure } from "./failure.ts";
import type { GatewayAddress } from "./gateway-address.ts";
import { graphFailure } from "./graph-errors.ts";
import type { Operation, Variables } from "./operation.ts";

const Answer = z.looseObject({ data: z.unknown().optional(), errors: z.unknown().optional() });
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** Milliseconds that a question to the ledger may take. */
const TIMEOUT_MS = 60_000;

/** Asks a running gateway over HTTP. */
export class GraphClient {
  readonly #address: GatewayAddress;
  readonly #signal: AbortSignal;
  // Long work answers when it is done, which may take hours: only a connection that is not made is timed out by the agent.
  readonly #agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: 10_000,
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  constructor(address: GatewayAddress, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
  }

  /**
   * @param timeoutMs milliseconds; Infinity for work that ends when it ends.
   * @throws Failure if there is no gateway, if it refuses, or if it answers with any error; the signal's reason if that aborts.
   */
  async ask<Data>(operation: Operation<Data>, variables: Variables, timeoutMs = TIMEOUT_MS): Promise<Data> {
    const { status, body } = await this.#post(operation, variables, timeoutMs);
    const answer = Answer.safeParse(parseJson(body));
    if (!answer.success)
      throw notAGateway(this.#address.http, `it answered with HTTP ${status} and no JSON of GraphQL`);
    const failure = graphFailure(answer.data.errors);
    if (failure) throw failure;
    const data = operation.data.safeParse(answer.data.data);
    if (data.success) return data.data;
    throw notAGateway(this.#address.http, `its answer lacks what was asked for: ${z.prettifyError(data.error)}`);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #post({ name, document }: Operation<unknown>, variables: Variables, timeoutMs: number) {
    const timeout = Number.isFinite(timeoutMs) ? [AbortSignal.timeout(timeoutMs)] : [];
    try {
      const response = await fetch(this.#address.http, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/graphql-response+json, application/json;q=0.9",
          ...(this.#address.token === undefined ? {} : { authorization: `Bearer ${this.#address.token}` }),
        },
        body: JSON.stringify({ query: document, operationName: name, variables }),
        redirect: "error", // a redirect would carry the token elsewhere
        dispatcher: this.#agent,
        signal: AbortSignal.any([this.#signal, ...timeout]),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      this.#signal.throwIfAborted();
      throw connectionFailure(this.#address.http, error, timeoutMs);
    }
  }
}

/** What a connection that failed means to the person who wanted it; `error` is whatever undici or ws threw. */
export function connectionFailure(url: string, error: unknown, timeoutMs?: number): Failure {
  if (error instanceof Error && error.name === "TimeoutError") {
    return new Failure(
      "TIMEOUT",
      `The gateway at ${url} did not answer within ${(timeoutMs ?? 0) / 1000} s. Try again, or look at its log.`,
    );
  }
  const code = causeCode(error);
  switch (code) {
    case "ECONNREFUSED":
      return new Failure(
        "NO_GATEWAY",
        `No gateway answers at ${url}. Start one with "npx concordat start", or say where it is with --url or CONCORDAT_URL.`,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new Failure(
        "NO_GATEWAY",
        `There is no host "${URL.parse(url)?.hostname}". Say where the gateway is with --url or CONCORDAT_URL.`,
      );
    case "UND_ERR_RES_EXCEEDED_MAX_SIZE":
      return new Failure(
        "TOO_LARGE",
        "The gateway's answer is too large. Narrow the question, with --name or --limit.",
      );
    default:
      return new Failure(
        "NO_GATEWAY",
        `The gateway at ${url} cannot be reached: ${deepestMessage(error)}${code ? ` (${code})` : ""}.`,
      );
  }
}

function notAGateway(url: string, why: string): Failure {
  return new Failure(
    "NOT_A_GATEWAY",
    `${url} is no Concordat gateway of this version: ${why}. Check --url and CONCORDAT_URL.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let it = error; it !== undefined && it !== null && found.length < 8; ) {
    found.push(it);
    if (it instanceof AggregateError) it = it.errors[0];
    else it = typeof it === "object" && "cause" in it ? it.cause : undefined;
  }
  return found;
}

function causeCode(error: unknown): string | undefined {
  for (const it of causes(error)) {
    if (typeof it === "object" && it !== null && "code" in it && typeof it.code === "string") return it.code;
  }
  return undefined;
}

function deepestMessage(error: unknown): string {
  const messages = causes(error).map((it) => (it instanceof Error ? it.message : ""));
  return (messages.findLast((it) => it !== "") ?? "the connection failed").replace(/\.$/, "");
}
