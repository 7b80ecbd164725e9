import type { NativeRef } from "../../src/domain/asset.ts";
import type { SourceCapabilities } from "../../src/ports/source.ts";
import { type IcebergClient, isOk } from "./client.ts";
import type { IcebergRestSettings } from "./config.ts";
import { DEFAULT_ENDPOINTS, discoverEndpoints, type Endpoint, toCapabilities } from "./endpoints.ts";
import { RequestFailure } from "./failure.ts";
import { refusal } from "./status.ts";
import { WireError } from "./table-wire.ts";
import { CatalogConfig } from "./wire.ts";

/** What a server's configuration says of itself. */
export interface Session {
  readonly endpoints: ReadonlySet<Endpoint>;
  readonly capabilities: SourceCapabilities;
  readonly pageSize: number;
  /** The server remembers Idempotency-Key. */
  readonly idempotencyKeys: boolean;
  /** Path of all namespaces, encoded: `v1/prefix/namespaces`. */
  readonly root: string;
  /** Between the levels of a namespace, encoded. */
  readonly separator: string;
}

const UNIT_SEPARATOR = "%1F";
const DEFAULT_PAGE_SIZE = 1_000;

/** Until the server has told more: what the specification has a client assume. */
export const UNDISCOVERED: Session = {
  endpoints: DEFAULT_ENDPOINTS,
  capabilities: toCapabilities(DEFAULT_ENDPOINTS),
  pageSize: DEFAULT_PAGE_SIZE,
  idempotencyKeys: false,
  root: "v1/namespaces",
  separator: UNIT_SEPARATOR,
};

/**
 * Asks the server for its configuration.
 *
 * @throws RequestFailure if it gives none; what `signal` aborts with, if it does.
 */
export async function discover(
  client: IcebergClient,
  settings: IcebergRestSettings,
  signal: AbortSignal,
): Promise<Session> {
  const query = settings.warehouse === undefined ? "" : `?warehouse=${encodeURIComponent(settings.warehouse)}`;
  const reply = await client.call(
    { method: "GET", path: `v1/config${query}`, lane: "probe", decode: decodeConfig },
    signal,
  );
  if (!isOk(reply)) {
    const { code, message } = refusal(reply.status, reply.error);
    throw new RequestFailure({ code, message: `${message} Check "uri" and "warehouse".` }, "no", false);
  }
  return toSession(reply.body, settings);
}

function toSession(config: CatalogConfig, settings: Pick<IcebergRestSettings, "pageSize">): Session {
  const properties = { ...config.defaults, ...config.overrides };
  const endpoints = discoverEndpoints(config.endpoints, properties["view-endpoints-supported"] === "true");
  const told = Number(properties["rest-page-size"]);
  const prefix = encodePrefix(properties["prefix"] ?? "");
  return {
    endpoints,
    capabilities: toCapabilities(endpoints),
    pageSize: settings.pageSize ?? (Number.isInteger(told) && told >= 1 ? Math.min(told, 10_000) : DEFAULT_PAGE_SIZE),
    idempotencyKeys: config["idempotency-key-lifetime"] !== undefined,
    root: prefix === "" ? "v1/namespaces" : `v1/${prefix}/namespaces`,
    separator: toSeparator(properties["namespace-separator"]),
  };
}

export function namespacePath(session: Session, levels: readonly string[]): string {
  return `${session.root}/${levels.map(encodeURIComponent).join(session.separator)}`;
}

/** Path of what `ref` names. */
export function refPath(session: Session, ref: Pick<NativeRef, "kind" | "name">): string {
  if (ref.kind === "NAMESPACE") return namespacePath(session, ref.name);
  const collection = ref.kind === "TABLE" ? "tables" : "views";
  return `${namespacePath(session, ref.name.slice(0, -1))}/${collection}/${encodeURIComponent(ref.name.at(-1) ?? "")}`;
}

/** Path and query of one page of a list. An empty token asks for the first page, and a server that does not page for all. */
export function listPath(session: Session, path: string, parent: readonly string[], pageToken: string): string {
  const below = parent.length === 0 ? "" : `&parent=${parent.map(encodeURIComponent).join(session.separator)}`;
  return `${path}?pageToken=${encodeURIComponent(pageToken)}&pageSize=${session.pageSize}${below}`;
}

function decodeConfig(text: string): CatalogConfig {
  const parsed = CatalogConfig.safeParse(JSON.parse(text));
  if (!parsed.success) throw new WireError("the configuration has neither defaults nor overrides");
  return parsed.data;
}

/** As sent, but for what cannot stand in a path: servers send it encoded, or with "/" in it. */
function encodePrefix(prefix: string): string {
  const trimmed = prefix.replace(/^\/+|\/+$/g, "");
  if (/(^|\/)\.{1,2}(\/|$)/.test(trimmed))
    throw new RequestFailure({ code: "protocol", message: "The server's prefix leaves its own path." }, "no", false);
  return trimmed.replace(/[^A-Za-z0-9._~!$&'()*+,;=:@%/-]/gu, encodeURIComponent);
}

/** The separator is announced in its encoded form. */
function toSeparator(told: string | undefined): string {
  return told !== undefined && /^(%[0-9A-Fa-f]{2}|[A-Za-z0-9._~-])+$/.test(told) ? told : UNIT_SEPARATOR;
}
