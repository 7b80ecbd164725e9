import type { IcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // A test says what it expects by the assertion that it makes.
  readonly body: Record<string, unknown>;
}

/** One plain request, with nothing between the test and the wire. `path` is below /v1. */
export async function ask(
  sandbox: IcebergSandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.url}/v1/${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? {} : (JSON.parse(text) as Answer["body"]),
  };
}

/** Status and error type of a refusal. */
export function refusal({ status, body }: Answer): [number, unknown] {
  const error = body["error"] as { code: number; type: string; message: string };
  if (error.code !== status || error.message === "")
    throw new Error(`The error model contradicts the status ${status}`);
  return [status, error.type];
}

export const ORDERS_SCHEMA = {
  type: "struct",
  "schema-id": 0,
  fields: [
    { id: 7, name: "id", type: "long", required: true },
    { id: 9, name: "price", type: "decimal(7,2)", required: false, doc: "In euro." },
  ],
};
