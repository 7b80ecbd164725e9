import type { FastifyReply, FastifyRequest } from "fastify";
import { type ExecutionResult, GraphQLError } from "graphql";
import { z } from "zod";
import type { Caller } from "../access/access.ts";
import { subscriberTooSlow } from "../observe/server-events.ts";
import { createContext } from "./create-context.ts";
import { maskUnknown } from "./mask-error.ts";
import { type Operation, type OperationRequest, runOperation } from "./operation.ts";
import { type ResponseStream, subscribe } from "./subscribe.ts";
import type { WebSocketDeps } from "./websocket.ts";

/** So that proxies and clients see that the stream lives: milliseconds. */
const PING_MS = 12_000;
/** A slow subscriber has this long to take the reason for which it is closed: milliseconds. */
const LAST_WORDS_MS = 10_000;
const MAX_STREAMS = 5_000;

const Params = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

export type SseDeps = Omit<WebSocketDeps, "checkRequest" | "authenticate">;

/** Whether the client wants server-sent events: GraphQL over SSE, "distinct connections mode". */
export function wantsEventStream(request: FastifyRequest): boolean {
  return request.headers.accept?.includes("text/event-stream") ?? false;
}

/**
 * Serves one operation as a stream of server-sent events. An event is only made when the one before went into the kernel's buffer, so
 * that a subscriber costs one event of memory. (The package graphql-sse queues without bound, hence this.)
 */
export function createSseHandler(
  deps: SseDeps,
): (request: FastifyRequest, reply: FastifyReply, caller: Caller) => Promise<void> {
  let open = 0;
  return async (request, reply, caller) => {
    const asked = readRequest(request);
    if (asked instanceof GraphQLError) return refuse(reply, 400, [asked]);
    const operation = deps.readOperation(asked);
    if (!("document" in operation)) return refuse(reply, 400, operation);
    if (operation.definition.operation === "mutation" && request.method === "GET") {
      return refuse(reply.header("allow", "POST"), 405, [new GraphQLError("Send mutations with POST.")]);
    }
    if (open >= MAX_STREAMS)
      return refuse(reply, 503, [new GraphQLError(`There are ${MAX_STREAMS} streams already. Try later.`)]);
    open++;
    try {
      await stream(operation, reply, caller, deps);
    } finally {
      open--;
    }
  };
}

async function stream(operation: Operation, reply: FastifyReply, caller: Caller, deps: SseDeps): Promise<void> {
  const { raw } = reply.hijack();
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  });
  const ping = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(":\n\n");
  }, PING_MS);
  const write = (text: string): Promise<void> =>
    new Promise((resolve) => {
      raw.write(text, () => resolve()); // an error closes the response, and that ends the stream
    });
  try {
    await write(":\n\n");
    const responses = await start(operation, caller, deps, (cursor) => {
      subscriberTooSlow(deps.log, { operation: operation.operationName, cursor });
      raw.end(`${next({ errors: [tooSlow(cursor)] })}${COMPLETE}`);
      setTimeout(() => raw.destroy(), LAST_WORDS_MS).unref();
    });
    if (!(Symbol.asyncIterator in responses)) return await write(next(responses));
    raw.once("close", () => void responses.return());
    if (raw.destroyed) return void (await responses.return());
    for await (const response of responses) await write(next(response));
  } catch (error) {
    await write(next({ errors: [maskUnknown(error, deps.report)] }));
  } finally {
    clearInterval(ping);
    if (!raw.writableEnded) raw.end(COMPLETE);
  }
}

async function start(
  operation: Operation,
  caller: Caller,
  deps: SseDeps,
  slow: (cursor: string | undefined) => void,
): Promise<ResponseStream | ExecutionResult> {
  if (operation.definition.operation === "subscription") return subscribe(deps, operation, caller, slow);
  return runOperation(operation, createContext(deps.context, caller, deps.context.lifetime), undefined, deps.report);
}

function readRequest(request: FastifyRequest): OperationRequest | GraphQLError {
  let given: unknown = request.body;
  if (request.method === "GET") {
    const { query, operationName, variables } = request.query as Readonly<Record<string, unknown>>;
    try {
      given = { query, operationName, variables: typeof variables === "string" ? JSON.parse(variables) : undefined };
    } catch {
      return new GraphQLError("`variables` is no JSON.", { extensions: { code: "BAD_REQUEST" } });
    }
  }
  const params = Params.safeParse(given);
  if (!params.success) return new GraphQLError(z.prettifyError(params.error), { extensions: { code: "BAD_REQUEST" } });
  const { query, operationName, variables } = params.data;
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
}

function refuse(reply: FastifyReply, status: number, errors: readonly GraphQLError[]): void {
  void reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify({ errors }));
}

const COMPLETE = "event: complete\ndata:\n\n";

function next(response: ExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify(response)}\n\n`;
}

function tooSlow(cursor: string | undefined): GraphQLError {
  const goOn = cursor === undefined ? "" : " Resume with the cursor in `extensions` as `after`.";
  return new GraphQLError(`The subscriber did not take its events in time.${goOn}`, {
    extensions: { code: "SUBSCRIBER_TOO_SLOW", ...(cursor !== undefined && { cursor }) },
  });
}
