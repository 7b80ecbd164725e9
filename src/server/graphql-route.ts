import type { ApolloServer } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ulid } from "ulid";
import { type Caller, may } from "../access/access.ts";
import { requestRefused } from "../observe/server-events.ts";
import type { Bus } from "../ports/bus.ts";
import type { BacklogWatch } from "./backlog-watch.ts";
import { createContext, type RequestContext } from "./create-context.ts";
import { sendGraphiql, serveGraphiqlAssets, wantsPage } from "./graphiql.ts";
import { serveHealth } from "./health.ts";
import { serveMetrics } from "./metrics-route.ts";
import { retryAfterSeconds } from "./rate-limit.ts";
import { createSseHandler, wantsEventStream } from "./sse.ts";
import type { Standing } from "./standing.ts";
import type { WebSocketDeps } from "./websocket.ts";

export interface HttpDeps extends WebSocketDeps {
  readonly backlog: BacklogWatch;
  readonly bus: Pick<Bus, "status">;
  readonly standing: Standing;
}

/** Everything that is served over HTTP. */
export function serveGraphql(app: FastifyInstance, apollo: ApolloServer<RequestContext>, deps: HttpDeps): void {
  const { authenticate, backlog, bus, checkRequest, log, report, context, standing } = deps;
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.removeContentTypeParser("text/plain"); // a form of another site can send it without being asked
  app.addHook("onRequest", async (request, reply) => {
    const navigation = request.method === "GET" && request.headers["sec-fetch-mode"] === "navigate";
    const allowed = checkRequest(request.headers, navigation);
    if (allowed.ok) return undefined;
    requestRefused(log, allowed.error.code, { remote: request.ip, path: request.routeOptions.url ?? "" });
    return refuse(reply, 403, allowed.error.code, allowed.error.message);
  });
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return refuse(reply, status, "BAD_REQUEST", explain(error));
    const errorId = ulid();
    report(errorId, error);
    return refuse(
      reply,
      status,
      "INTERNAL_SERVER_ERROR",
      `Something went wrong in the gateway. Its log says more under ${errorId}.`,
      { errorId },
    );
  });
  app.setNotFoundHandler((_request, reply) =>
    refuse(reply, 404, "NOT_FOUND", "Nothing is served here. The graph is at /graphql."),
  );

  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => createContext(context, callers.get(request) as Caller, whileAwaited(reply)),
  });
  const stream = createSseHandler(deps);
  app.route({
    method: ["GET", "POST"],
    url: "/graphql",
    handler: async (request, reply) => {
      if (request.method === "GET" && wantsPage(request.headers.accept)) return sendGraphiql(reply);
      const caller = authenticate(request.headers.authorization);
      if (!caller.ok) {
        requestRefused(log, caller.error.kind, { remote: request.ip, path: "/graphql" });
        return refuse(reply.header("www-authenticate", "Bearer"), 401, "UNAUTHENTICATED", caller.error.message);
      }
      if (!may(caller.value, "read"))
        return refuse(reply, 403, "FORBIDDEN", "Your token may not read. Use one of a role that may.");
      const limited = await deps.rateLimit.take(deps.keyOf(caller.value, request.ip));
      if (limited) {
        if (limited.isFirst) requestRefused(log, "RATE_LIMITED", { remote: request.ip, path: "/graphql" });
        const { message, extensions } = limited.error;
        void reply.header("retry-after", retryAfterSeconds(limited));
        return refuse(reply, 429, "RATE_LIMITED", message, extensions);
      }
      if (wantsEventStream(request)) return stream(request, reply, caller.value);
      callers.set(request, caller.value);
      return answer.call(app, request, reply);
    },
  });
  serveGraphiqlAssets(app);
  serveHealth(app, { backlog, bus, gateway: context.gateway, showDetail: (sent) => authenticate(sent).ok });
  serveMetrics(app, { authenticate, standing });
}

/** Aborts when the client is gone before it has its answer. */
function whileAwaited(reply: FastifyReply): AbortSignal {
  const awaited = new AbortController();
  reply.raw.once("close", () => awaited.abort());
  return awaited.signal;
}

function refuse(reply: FastifyReply, status: number, code: string, message: string, more: object = {}): FastifyReply {
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .send({ errors: [{ message, extensions: { code, ...more } }] });
}

/** Fastify's own refusals, with what to do about them. */
function explain(error: FastifyError): string {
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return "Send the request as application/json.";
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return "The request is larger than 10 MiB. Send it in several parts.";
    default:
      return error.message;
  }
}
