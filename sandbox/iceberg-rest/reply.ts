import { CatalogError, errorBody } from "./catalog-error.ts";

/** What is answered, before faults have their way with it. */
export interface Reply {
  readonly status: number;
  /** JSON; undefined where the answer has no body. */
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export const NO_CONTENT: Reply = { status: 204 };

export function json(value: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return { status: 200, body: JSON.stringify(value), ...(headers ? { headers } : {}) };
}

export function failure(
  status: number,
  type: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Reply {
  return { status, body: errorBody(status, type, message), ...(headers ? { headers } : {}) };
}

/** The answer to what a handler threw. */
export function failureOf(error: unknown): Reply {
  if (error instanceof CatalogError) return failure(error.status, error.type, error.message);
  if (error instanceof RangeError) return failure(400, "BadRequestException", "Malformed request: nested too deeply");
  return failure(500, "InternalServerError", error instanceof Error ? error.message : String(error));
}
