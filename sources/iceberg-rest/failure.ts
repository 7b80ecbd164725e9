import { BrokenCircuitError, BulkheadRejectedError, TaskCancelledError } from "cockatiel";
import type { SourceError } from "../../src/ports/source.ts";
import { WireError } from "./table-wire.ts";

/** One request that brought no usable answer. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly error: SourceError;
  /** "no": the server certainly did not act on it. "maybe": it may have. */
  readonly acted: "no" | "maybe";
  /** Another attempt may succeed. */
  readonly passing: boolean;

  constructor(error: SourceError, acted: "no" | "maybe", passing: boolean, cause?: unknown) {
    super(error.message, { cause });
    this.error = error;
    this.acted = acted;
    this.passing = passing;
  }
}

const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const TIMEOUTS = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

/** What went wrong below HTTP, or with the body. `answered`: the head of a response had arrived. */
export function toFailure(thrown: unknown, answered: boolean): RequestFailure {
  if (thrown instanceof RequestFailure) return thrown;
  const code = codeOf(thrown);
  const text = textOf(thrown);
  if (thrown instanceof WireError || thrown instanceof SyntaxError) {
    return new RequestFailure(
      { code: "protocol", message: `The server's answer is malformed: ${text}` },
      "maybe",
      true,
      thrown,
    );
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new RequestFailure(
      { code: "protocol", message: "The server's answer is larger than allowed." },
      "maybe",
      false,
      thrown,
    );
  }
  if (TIMEOUTS.has(code)) {
    return new RequestFailure(
      { code: "timeout", message: `The server did not answer in time (${code}).` },
      actedFor(code),
      true,
      thrown,
    );
  }
  if (answered) {
    return new RequestFailure(
      { code: "protocol", message: `The server's answer broke off: ${text}` },
      "maybe",
      true,
      thrown,
    );
  }
  return new RequestFailure(
    { code: "unreachable", message: `The server cannot be reached: ${text}` },
    actedFor(code),
    true,
    thrown,
  );
}

/** What the policies around a request throw → a failure; `dispatched`: an attempt was handed to the network. */
export function fromPolicy(thrown: unknown, dispatched: boolean): RequestFailure {
  const acted = dispatched ? "maybe" : "no";
  if (thrown instanceof BrokenCircuitError) {
    return new RequestFailure(
      { code: "circuit-open", message: "Most recent requests failed; the server is left alone for a moment." },
      "no",
      true,
    );
  }
  if (thrown instanceof BulkheadRejectedError) {
    return new RequestFailure({ code: "busy", message: "Too many requests are waiting for this server." }, "no", true);
  }
  if (thrown instanceof TaskCancelledError) {
    return new RequestFailure(
      { code: "timeout", message: "The server did not answer within the time allowed for the whole call." },
      acted,
      true,
    );
  }
  return toFailure(thrown, false);
}

function actedFor(code: string): "no" | "maybe" {
  return NEVER_SENT.has(code) ||
    code.startsWith("ERR_TLS") ||
    code.startsWith("CERT_") ||
    /SELF_SIGNED|UNABLE_TO/.test(code)
    ? "no"
    : "maybe";
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  // Several addresses were tried, and each refused.
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0]);
  return thrown.cause === undefined ? "" : codeOf(thrown.cause);
}

function textOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || codeOf(thrown) : String(thrown);
  return text.slice(0, 500);
}
