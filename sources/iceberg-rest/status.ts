import type { SourceError } from "../../src/ports/source.ts";
import { RequestFailure } from "./failure.ts";
import { type ErrorModel, IcebergErrorResponse } from "./wire.ts";

/** The statuses that say something about the request and not about the server: the caller decides what they mean. */
const TELLING = new Set([400, 404, 406, 409, 412, 422]);

/**
 * A response that is no success → the error body, where the status is the caller's to judge.
 *
 * @throws RequestFailure where the status says that the request was not served.
 */
export function judgeStatus(
  status: number,
  body: string,
  retryAfter: string | undefined,
  nowMs: number,
): ErrorModel | undefined {
  const model = parseErrorModel(body);
  if (TELLING.has(status)) return model;
  const message = `The server answered ${status}${model ? `: ${model.message.slice(0, 500)}` : ""}.`;
  const wait = retryAfterMs(retryAfter, nowMs);
  const told = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 401 || status === 419) throw new RequestFailure({ code: "unauthorized", message }, "no", false);
  if (status === 403) throw new RequestFailure({ code: "forbidden", message }, "no", false);
  if (status === 429) throw new RequestFailure({ code: "throttled", message, ...told }, "no", true);
  // "Not ready to handle the request", says the specification; without Retry-After it may as well come from a proxy that gave up.
  if (status === 503)
    throw new RequestFailure({ code: "throttled", message, ...told }, wait === undefined ? "maybe" : "no", true);
  if (status >= 500) throw new RequestFailure({ code: "server", message, ...told }, "maybe", true);
  throw new RequestFailure({ code: "protocol", message }, "no", false);
}

/** What to tell of a request that the server refused. */
export function refusal(status: number, model: ErrorModel | undefined): SourceError {
  const detail = model ? `${model.type}: ${model.message.slice(0, 500)}` : "without saying why";
  return { code: "protocol", message: `The server refused with ${status}, ${detail}.` };
}

/** Milliseconds to wait after `nowMs`, from seconds or an HTTP date; undefined if there is none. At most a day. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 86_400_000) : undefined;
}

function parseErrorModel(body: string): ErrorModel | undefined {
  try {
    return IcebergErrorResponse.safeParse(JSON.parse(body)).data?.error;
  } catch {
    return undefined;
  }
}
