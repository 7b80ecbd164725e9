import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { answer, COMMIT_ENDPOINTS } from "./api.ts";
import type { Auth } from "./auth.ts";
import type { FaultSpec } from "./fault.ts";
import { type Faults, isFirstPage } from "./faults.ts";
import type { ApiSettings } from "./handler.ts";
import type { Idempotency } from "./idempotency.ts";
import { failure, json, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { send, sendDripping, sendTruncated } from "./send.ts";

export interface ExchangeParts {
  readonly settings: ApiSettings;
  readonly auth: Auth;
  readonly faults: Faults;
  readonly idempotency: Idempotency;
}

/** One request with its body, and where its answer goes. */
export interface Exchange {
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

/** Answers one request as a healthy catalog does. */
export function serve(exchange: Exchange, parts: ExchangeParts): void {
  send(exchange.response, apply(exchange, parts, false));
}

/** Answers one request as the faults that hit it want it. */
export async function serveFaulty(
  exchange: Exchange,
  faults: readonly FaultSpec[],
  parts: ExchangeParts,
): Promise<void> {
  const { response, request } = exchange;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    for (const it of faults) if (it.kind === "latency") await delay(it.ms ?? 100, undefined, { signal: gone.signal });
    if (faults.some((it) => it.kind === "hang")) return;
    if (faults.some((it) => it.kind === "connection-reset" && !it.afterApply))
      return void request.socket.resetAndDestroy();
    const reply = replyOf(exchange, faults, parts);
    if (faults.some((it) => it.kind === "connection-reset")) return void request.socket.resetAndDestroy();
    const drip = faults.find((it) => it.kind === "drip");
    if (drip) return await sendDripping(response, reply, drip.bytesPerSecond ?? 1, gone.signal);
    if (faults.some((it) => it.kind === "truncated-body")) sendTruncated(response, reply);
    else send(response, reply);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

function replyOf(exchange: Exchange, faults: readonly FaultSpec[], parts: ExchangeParts): Reply {
  for (const fault of faults) {
    const reply = replyInstead(exchange.route, fault);
    if (fault.kind === "token-expired") parts.auth.expireTokens();
    if (reply) return reply;
  }
  const reply = apply(
    exchange,
    parts,
    faults.some((it) => it.kind === "listing-breaks"),
  );
  const after = faults.find((it) => it.kind === "error-after-apply");
  return after && reply.status < 400 ? serverError(exchange.route, after) : reply;
}

/** What is answered without asking the catalog, or undefined where the fault leaves that alone. */
function replyInstead(route: Route, fault: FaultSpec): Reply | undefined {
  switch (fault.kind) {
    case "commit-conflict":
      return failure(409, "CommitFailedException", "Commit failed: the metadata has changed, retry");
    case "error-before-apply":
    case "server-error":
      return serverError(route, fault);
    case "unavailable":
      return failure(503, "SlowDownException", "Slow down", { "retry-after": String(fault.retryAfter ?? 1) });
    case "listing-breaks":
      return isFirstPage(route) ? undefined : serverError(route, fault);
    case "listing-empty":
      return json({
        [route.endpoint.endsWith("/namespaces") ? "namespaces" : "identifiers"]: [],
        "next-page-token": null,
      });
    case "listing-forbidden":
      return failure(403, "ForbiddenException", "Not authorized to make this request");
    case "listing-missing":
      return failure(404, "NoSuchNamespaceException", "Namespace does not exist");
    case "token-expired":
      return fault.status === 419
        ? failure(419, "AuthenticationTimeoutException", "Credentials have timed out")
        : failure(401, "NotAuthorizedException", "The token has expired");
    default:
      return undefined;
  }
}

function apply({ route, request, body }: Exchange, parts: ExchangeParts, halfPage: boolean): Reply {
  const { headers } = request;
  if (route.endpoint === "POST /v1/oauth/tokens") return parts.auth.issue(body, headers.authorization);
  const refusal = parts.auth.refuse(headers.authorization);
  if (refusal) return refusal;
  const ask = (): Reply => answer({ ...route, body, ifNoneMatch: headers["if-none-match"], halfPage }, parts.settings);
  if (route.method === "GET" || route.method === "HEAD") return ask();
  const [key] = [headers["idempotency-key"] ?? []].flat();
  if (key === undefined) return ask();
  return parts.idempotency.once(key, operationOf(route.method, request.url ?? "", body), ask);
}

function operationOf(method: string, url: string, body: string): string {
  return createHash("sha256").update(`${method} ${url}\n${body}`).digest("base64");
}

function serverError({ endpoint }: Route, { status = 500 }: FaultSpec): Reply {
  const type = COMMIT_ENDPOINTS.has(endpoint) ? "CommitStateUnknownException" : "InternalServerError";
  return failure(status, type, "Internal Server Error");
}
