import { badRequest, CatalogError } from "./catalog-error.ts";
import type { ApiRequest, ApiSettings, Handler } from "./handler.ts";
import { NAMESPACE_HANDLERS } from "./namespace-handlers.ts";
import { failureOf, json, type Reply } from "./reply.ts";
import { TABLE_HANDLERS } from "./table-handlers.ts";
import { VIEW_HANDLERS } from "./view-handlers.ts";

const HANDLERS: Readonly<Record<string, Handler>> = { ...NAMESPACE_HANDLERS, ...TABLE_HANDLERS, ...VIEW_HANDLERS };

/** Every endpoint that is served, as `GET /v1/config` lists them. */
const ENDPOINTS: readonly string[] = Object.keys(HANDLERS);

const CREDENTIAL_ENDPOINT = "POST /v1/oauth/tokens";
/** Endpoints that list: what the listing faults hit. */
export const LIST_ENDPOINTS: ReadonlySet<string> = new Set([
  "GET /v1/{prefix}/namespaces",
  "GET /v1/{prefix}/namespaces/{namespace}/tables",
  "GET /v1/{prefix}/namespaces/{namespace}/views",
]);
/** Endpoints that can answer CommitFailedException. */
export const COMMIT_ENDPOINTS: ReadonlySet<string> = new Set([
  "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}",
  "POST /v1/{prefix}/namespaces/{namespace}/views/{view}",
  "POST /v1/{prefix}/transactions/commit",
]);

/** Whether the endpoint changes the catalog. */
export function isWrite(endpoint: string): boolean {
  if (endpoint.startsWith("GET") || endpoint.startsWith("HEAD")) return false;
  return endpoint !== CREDENTIAL_ENDPOINT && !endpoint.endsWith("/metrics");
}

/** Answers one request. Never throws. */
export function answer(request: ApiRequest, settings: ApiSettings): Reply {
  try {
    if (request.endpoint === "GET /v1/config") return configuration(request, settings);
    const handler = HANDLERS[request.endpoint];
    if (handler) return handler(request, settings);
    if (request.endpoint.endsWith("/register")) {
      throw new CatalogError(406, "UnsupportedOperationException", "The sandbox has no files, and registers none");
    }
    throw badRequest(`No route for request: ${request.method} ${request.path}`);
  } catch (error) {
    return failureOf(error);
  }
}

function configuration({ query }: ApiRequest, settings: ApiSettings): Reply {
  const asked = query.get("warehouse");
  if (settings.warehouse !== undefined && asked !== null && asked !== settings.warehouse) {
    throw new CatalogError(404, "NoSuchWarehouseException", `Warehouse does not exist: ${asked}`);
  }
  const overrides = {
    ...(settings.prefix ? { prefix: settings.prefix } : {}),
    ...(settings.separator ? { "namespace-separator": encodeURIComponent(settings.separator) } : {}),
  };
  return json({ defaults: {}, overrides, endpoints: ENDPOINTS, "idempotency-key-lifetime": "PT30M" });
}
