import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import { type Authenticate, type Caller, may } from "../access/access.ts";
import { requestRefused, subscriberTooSlow } from "../observe/server-events.ts";
import { createContext } from "./create-context.ts";
import { maskError } from "./mask-error.ts";
import { type Operation, type ReadOperation, runOperation } from "./operation.ts";
import type { CallerKey, RateLimit } from "./rate-limit.ts";
import type { CheckRequest } from "./request-guard.ts";
import { type SubscribeDeps, subscribe } from "./subscribe.ts";

export interface WebSocketDeps extends SubscribeDeps {
  readonly readOperation: ReadOperation;
  readonly authenticate: Authenticate;
  readonly checkRequest: CheckRequest;
  readonly rateLimit: RateLimit;
  /** Whose operations are counted together. */
  readonly keyOf: (caller: Caller, address: string | undefined) => CallerKey;
  readonly log: Logger;
}

const PATH = "/graphql";
const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_SOCKETS = 5_000;
const MAX_OPERATIONS_A_SOCKET = 100;
/** Longer than a slow subscriber is waited for, so that it is told why it is closed. */
const KEEP_ALIVE_MS = 30_000;
/** How long a client may take to answer a close: milliseconds. */
const GOODBYE_MS = 3_000;
const UNAUTHORIZED = 4401;
const TOO_SLOW = 4408;

/** What one message asks for, handed through graphql-ws from reading it to running it. */
class Asked {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly socket: WebSocket;
  constructor(operation: Operation, caller: Caller, socket: WebSocket) {
    this.operation = operation;
    this.caller = caller;
    this.socket = socket;
  }
}

/** Serves the graphql-transport-ws protocol. `close` closes every socket with 1001, and cuts off those that do not answer. */
export function serveWebSocket(server: Server, deps: WebSocketDeps): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const callers = new WeakMap<WebSocket, Caller>();
  const served = useServer(
    {
      onConnect({ extra: { socket, request }, connectionParams }) {
        const caller = deps.authenticate(request.headers.authorization ?? tokenOf(connectionParams));
        if (caller.ok && may(caller.value, "read")) {
          callers.set(socket, caller.value);
          return true;
        }
        if (!caller.ok) socket.close(UNAUTHORIZED, closeReason(caller.error.message));
        return false;
      },
      async onSubscribe({ extra: { socket, request }, subscriptions }, _id, { query, operationName, variables }) {
        const caller = callers.get(socket);
        if (!caller) throw new Error("An operation came before its caller was known.");
        const isOver = Object.keys(subscriptions).length > MAX_OPERATIONS_A_SOCKET;
        const over = isOver ? tooManyOperations() : await takeOperation(caller, request.socket.remoteAddress, deps);
        if (over) return [over];
        const operation = deps.readOperation({
          query,
          operationName: operationName ?? undefined,
          variables: variables ?? {},
        });
        if ("document" in operation) {
          const { schema, document } = operation;
          return { schema, document, operationName, contextValue: new Asked(operation, caller, socket) };
        }
        return operation;
      },
      execute: (args) => execute(asked(args), deps),
      subscribe: (args) => {
        const { operation, caller, socket } = asked(args);
        return subscribe(deps, operation, caller, (cursor) => closeSlow(socket, cursor, operation, deps));
      },
      onError: (_context, _id, _payload, errors) =>
        errors.map((it) => (it instanceof GraphQLError ? maskError(it, deps.report).toJSON() : it)),
    },
    sockets,
    KEEP_ALIVE_MS,
  );
  server.on("upgrade", (request, socket, head) => {
    const refusal = refuse(request, sockets, deps);
    if (refusal) return refuseUpgrade(socket, refusal.status, refusal.message);
    sockets.handleUpgrade(request, socket, head, (it) => sockets.emit("connection", it, request));
  });
  return {
    async close() {
      const cutOff = setTimeout(() => {
        for (const it of sockets.clients) it.terminate();
      }, GOODBYE_MS);
      await served.dispose();
      clearTimeout(cutOff);
    },
  };
}

async function execute({ operation, caller }: Asked, deps: WebSocketDeps): Promise<ExecutionResult> {
  const context = createContext(deps.context, caller, deps.context.lifetime);
  return runOperation(operation, context, undefined, deps.report);
}

function asked(args: ExecutionArgs): Asked {
  if (!(args.contextValue instanceof Asked)) throw new Error("An operation came past its reader.");
  return args.contextValue;
}

/** Why the caller may not run another operation now. */
async function takeOperation(
  caller: Caller,
  remote: string | undefined,
  { keyOf, log, rateLimit }: WebSocketDeps,
): Promise<GraphQLError | undefined> {
  const limited = await rateLimit.take(keyOf(caller, remote));
  if (limited?.isFirst) requestRefused(log, "RATE_LIMITED", { remote, path: PATH });
  return limited?.error;
}

function refuse(request: IncomingMessage, { clients }: WebSocketServer, deps: WebSocketDeps) {
  if (URL.parse(request.url ?? "", "http://host")?.pathname !== PATH) {
    return { status: 404, message: `WebSockets are served at ${PATH}.` };
  }
  const allowed = deps.checkRequest(request.headers, false);
  if (!allowed.ok) {
    requestRefused(deps.log, allowed.error.code, { remote: request.socket.remoteAddress, path: PATH });
    return { status: 403, message: allowed.error.message };
  }
  if (clients.size >= MAX_SOCKETS)
    return { status: 503, message: `There are ${MAX_SOCKETS} WebSockets already. Try later.` };
  return undefined;
}

function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = `${message}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.on("error", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function closeSlow(socket: WebSocket, cursor: string | undefined, operation: Operation, { log }: WebSocketDeps): void {
  subscriberTooSlow(log, { operation: operation.operationName, cursor });
  socket.close(TOO_SLOW, closeReason(cursor === undefined ? "Too slow." : `Too slow. Resume with after: ${cursor}`));
}

function tokenOf(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const given = params?.["authorization"] ?? params?.["Authorization"];
  return typeof given === "string" ? given : undefined;
}

/** A close frame holds at most 123 bytes of reason. */
function closeReason(text: string): string {
  return Buffer.byteLength(text) <= 123 ? text : `${Buffer.from(text).subarray(0, 119).toString("latin1")}…`;
}

function tooManyOperations(): GraphQLError {
  const message = `There are ${MAX_OPERATIONS_A_SOCKET} operations on this socket already. Open another one.`;
  return new GraphQLError(message, { extensions: { code: "TOO_MANY_OPERATIONS" } });
}
