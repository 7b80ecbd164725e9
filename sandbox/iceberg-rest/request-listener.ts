import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { answerAdmin } from "./admin.ts";
import { type ExchangeParts, serve, serveFaulty } from "./exchange.ts";
import { failure } from "./reply.ts";
import type { RequestCounters } from "./request-counters.ts";
import { matchRoute, type Route } from "./route.ts";
import { send } from "./send.ts";

const MAX_BODY_BYTES = 16 * 1024 * 1024;

export interface ListenerParts extends ExchangeParts {
  readonly requests: RequestCounters;
}

export function requestListener(parts: ListenerParts): RequestListener {
  return (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    // No page in a browser has any business here: what it could send across origins would be a forgery.
    if (headers.origin !== undefined)
      return refuse(request, response, 403, "ForbiddenException", "The sandbox serves no browsers");
    if (url.startsWith("/sandbox/")) {
      return withBody(request, response, (body) => send(response, answerAdmin(method, url, body, parts)));
    }
    const route = matchRoute(method, url, parts.settings);
    if (!route) return refuse(request, response, 400, "BadRequestException", `No route for request: ${method} ${url}`);
    count(route, response, parts.requests);
    if (method === "GET" || method === "HEAD") return start(route, request, response, "", parts);
    withBody(request, response, (body) => start(route, request, response, body, parts));
  };
}

function start(
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  parts: ListenerParts,
): void {
  const exchange = { route, request, response, body };
  const faults = parts.faults.none ? [] : parts.faults.take(route);
  if (faults.length === 0) return serve(exchange, parts);
  serveFaulty(exchange, faults, parts).catch((error: Error) => response.destroy(error));
}

function count(route: Route, response: ServerResponse, requests: RequestCounters): void {
  requests.begin(route.endpoint);
  response.once("close", () => requests.end(route.endpoint, response.headersSent ? response.statusCode : undefined));
}

function withBody(request: IncomingMessage, response: ServerResponse, use: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  request.on("end", () => {
    if (bytes <= MAX_BODY_BYTES) return use(Buffer.concat(chunks).toString());
    send(response, failure(413, "BadRequestException", `A request has at most ${MAX_BODY_BYTES} bytes`));
  });
  request.on("error", () => response.destroy());
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
): void {
  request.resume();
  send(response, failure(status, type, message));
}
