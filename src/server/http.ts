import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { type FastifyInstance, fastify } from "fastify";
import type { Logger } from "pino";
import { type AccessConfig, type Caller, createAuthenticate } from "../access/access.ts";
import { type History, NEVER_RESTORED } from "../domain/history.ts";
import { Metrics } from "../observe/metrics.ts";
import { serverClosed, serverListening, unexpectedError } from "../observe/server-events.ts";
import type { BacklogLedger } from "../ports/backlog.ts";
import type { Bus, Wake } from "../ports/bus.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { RedisLink } from "../redis/link.ts";
import { startApollo } from "./apollo.ts";
import { BacklogWatch } from "./backlog-watch.ts";
import type { ContextDeps } from "./create-context.ts";
import { createFeeds } from "./feeds.ts";
import { serveGraphql } from "./graphql-route.ts";
import { createOperationReader } from "./operation.ts";
import { createPulse } from "./pulse.ts";
import { callerKey, createRateLimit, type RateLimitConfig } from "./rate-limit.ts";
import { createRequestGuard, isLoopbackAddress } from "./request-guard.ts";
import { StartError } from "./running-gateway.ts";
import { buildGraphSchema } from "./schema.ts";
import { SharedExecutions } from "./shared-execution.ts";
import { Standing } from "./standing.ts";
import { watchSubscribers } from "./subscribers.ts";
import { serveWebSocket } from "./websocket.ts";

export interface GraphServerOptions {
  readonly gateway: Gateway;
  readonly ledger: Ledger & BacklogLedger;
  readonly bus: Pick<Bus, "wake" | "status">;
  /** Says that a source's health or scan may be another one. The server also looks by itself, every two seconds. */
  readonly sourcesChanged?: Wake;
  /** undefined: everybody on this machine may do everything, and `host` has to be a loopback address. */
  readonly access: AccessConfig | undefined;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly log: Logger;
  /** The lives of the ledger, of which cursors tell; it was never restored if left out. */
  readonly history?: History;
  /** What was counted elsewhere in this process; served at /metrics. */
  readonly metrics?: Metrics;
  /** Milliseconds after which a subscriber that takes no event is closed; 15 s if left out. */
  readonly slowSubscriberMs?: number;
  /** How many operations one caller may run; no limit if left out. */
  readonly rateLimit?: RateLimitConfig;
  /** What replicas share; nothing if left out. */
  readonly redis?: RedisLink | undefined;
}

export interface GraphServer {
  /** "http://127.0.0.1:4000". */
  readonly address: string;
  /** "http://127.0.0.1:4000/graphql". */
  readonly graphqlUrl: string;
  /** Takes nothing new, lets requests finish, closes WebSockets with 1001. May be called twice. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** A request has to arrive within this time: milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How often sources are looked at for those who follow them: milliseconds. */
const LOOK_AT_SOURCES_MS = 2_000;
/** Requests that have not ended this long after `close` are cut off: milliseconds. */
const CLOSE_AFTER_MS = 10_000;

/**
 * Serves the graph over HTTP, WebSocket and server-sent events at /graphql, GraphiQL at the same address, and /health.
 *
 * @throws StartError if the port is taken, or the address is open to others although nobody has to show a token.
 */
export async function createGraphServer(options: GraphServerOptions): Promise<GraphServer> {
  const { access, host, log } = options;
  if (access === undefined && !isLoopbackAddress(host)) {
    throw new StartError(
      `Without \`access\` the gateway binds to loopback only, not to ${host}. Set server.host to 127.0.0.1, or configure access.tokens.`,
    );
  }
  const { app, close } = await compose(options);
  try {
    await app.listen({ host: host.replace(/^\[|\]$/g, ""), port: options.port });
  } catch (error) {
    await close();
    throw listenFailure(error, host, options.port);
  }
  const address = `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${portOf(app.server.address())}`;
  serverListening(log, address);
  let closed: Promise<void> | undefined;
  return {
    address,
    graphqlUrl: `${address}/graphql`,
    close() {
      closed ??= close().then(() => serverClosed(log));
      return closed;
    },
  };
}

/** Joins the parts of the server; nothing listens yet. */
async function compose(
  options: GraphServerOptions,
): Promise<{ readonly app: FastifyInstance; close(): Promise<void> }> {
  const { gateway, ledger, bus, sourcesChanged, access, log } = options;
  const { metrics = new Metrics(), history = NEVER_RESTORED } = options;
  const pulse = createPulse(LOOK_AT_SOURCES_MS);
  const closing = new AbortController();
  const lifetime = new AbortController();
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: "idle", requestTimeout: REQUEST_TIMEOUT_MS });
  const report = (errorId: string, error: unknown): void => {
    metrics.unexpectedError();
    unexpectedError(log, errorId, error);
  };
  const context: ContextDeps = {
    gateway,
    ledger,
    feeds: createFeeds({
      ledger,
      gateway,
      wake: bus.wake,
      sourcesChanged: sourcesChanged ? [sourcesChanged, pulse] : [pulse],
    }),
    closing: closing.signal,
    lifetime: lifetime.signal,
  };
  const schema = buildGraphSchema(history);
  const subscribers = watchSubscribers(options.slowSubscriberMs);
  const apollo = await startApollo(schema, report);
  const backlog = new BacklogWatch(ledger);
  const deps = {
    context,
    subscribers,
    metrics,
    history,
    backlog,
    bus,
    standing: new Standing({ metrics, backlog, bus, gateway, ledger, subscribers, now: Date.now }),
    executions: new SharedExecutions({ context, report }),
    rateLimit: createRateLimit(options.rateLimit, options.redis),
    keyOf: (caller: Caller, address: string | undefined) => callerKey(caller, address, access !== undefined),
    report,
    log,
    readOperation: createOperationReader(schema),
    authenticate: createAuthenticate(access, localUser()),
    checkRequest: createRequestGuard({ loopbackOnly: access === undefined, port: () => portOf(app.server.address()) }),
  };
  serveGraphql(app, apollo, deps);
  const sockets = serveWebSocket(app.server, deps);
  const closeAll = async (): Promise<void> => {
    await closeDoor(app, sockets, closing, lifetime);
    await apollo.stop();
    subscribers[Symbol.dispose]();
  };
  return { app, close: closeAll };
}

/** Takes nothing new, and waits for what is under way as long as it is waited for. */
async function closeDoor(
  app: FastifyInstance,
  sockets: { close(): Promise<void> },
  closing: AbortController,
  lifetime: AbortController,
): Promise<void> {
  closing.abort(); // ends subscriptions, which would never end by themselves
  const cutOff = setTimeout(() => {
    lifetime.abort();
    app.server.closeAllConnections();
  }, CLOSE_AFTER_MS);
  await Promise.all([sockets.close(), app.close()]);
  clearTimeout(cutOff);
  lifetime.abort();
}

/** Stands in the log as the actor where nobody has to show a token. */
function localUser(): string {
  try {
    return userInfo().username || "local";
  } catch {
    return "local"; // a container's user may have no name
  }
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

function listenFailure(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return new StartError(
        `Port ${port} on ${host} is taken. Stop what listens there, or choose another one with CONCORDAT_PORT.`,
      );
    case "EACCES":
      return new StartError(
        `Port ${port} on ${host} may not be used by this user. Choose one above 1023 with CONCORDAT_PORT.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`This machine has no address "${host}". Set server.host to one that it has.`);
    default:
      return error;
  }
}
