import { BrokenCircuitError, BulkheadRejectedError, TaskCancelledError } from "cockatiel";
import type { SourceError } from "../../src/ports/source.ts";
import type { Progress } from "./exchange.ts";
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

const TIMEOUTS = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

/** What went wrong below HTTP, or with the body. What was never handed to a connection was certainly not acted on. */
export function toFailure(thrown: unknown, progress: Progress): RequestFailure {
  if (thrown instanceof RequestFailure) return thrown;
  const acted = progress.sent ? "maybe" : "no";
  const failure = (code: SourceError["code"], message: string, passing = true): RequestFailure =>
    new RequestFailure({ code, message }, acted, passing, thrown);
  const code = codeOf(thrown);
  const text = textOf(thrown);
  if (thrown instanceof WireError || thrown instanceof SyntaxError) {
    return failure("protocol", `The server's answer is malformed: ${text}`);
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE")
    return failure("protocol", "The server's answer is larger than allowed.", false);
  if (TIMEOUTS.has(code)) return failure("timeout", `The server did not answer in time (${code}).`);
  if (progress.answered) return failure("protocol", `The server's answer broke off: ${text}`);
  return failure("unreachable", `The server cannot be reached: ${text}`);
}

/** What the policies around a request throw → a failure. */
export function fromPolicy(thrown: unknown, progress: Progress): RequestFailure {
  const refused = (code: SourceError["code"], message: string): RequestFailure =>
    new RequestFailure({ code, message }, "no", true);
  if (thrown instanceof BrokenCircuitError) {
    return refused("circuit-open", "Most recent requests failed; the server is left alone for a moment.");
  }
  if (thrown instanceof BulkheadRejectedError) return refused("busy", "Too many requests are waiting for this server.");
  if (thrown instanceof TaskCancelledError) {
    const message = "The server did not answer within the time allowed for the whole call.";
    return new RequestFailure({ code: "timeout", message }, progress.sent ? "maybe" : "no", true);
  }
  return toFailure(thrown, progress);
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
