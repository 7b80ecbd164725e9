import type { AssetKind } from "../../src/domain/asset.ts";
import { PLAIN_FIELDS } from "../../src/domain/field.ts";
import type { FieldCapability, SourceCapabilities } from "../../src/ports/source.ts";

const NAMESPACES = "/v1/{prefix}/namespaces";
const NAMESPACE = `${NAMESPACES}/{namespace}`;

/** The endpoints that are called, as a server's configuration names them. */
export const ENDPOINTS = {
  listNamespaces: `GET ${NAMESPACES}`,
  loadNamespace: `GET ${NAMESPACE}`,
  updateNamespace: `POST ${NAMESPACE}/properties`,
  listTables: `GET ${NAMESPACE}/tables`,
  loadTable: `GET ${NAMESPACE}/tables/{table}`,
  commitTable: `POST ${NAMESPACE}/tables/{table}`,
  listViews: `GET ${NAMESPACE}/views`,
  loadView: `GET ${NAMESPACE}/views/{view}`,
  commitView: `POST ${NAMESPACE}/views/{view}`,
} as const;
export type Endpoint = keyof typeof ENDPOINTS;

const VIEW_ENDPOINTS: readonly Endpoint[] = ["listViews", "loadView", "commitView"];
/** What the specification has a client assume of a server that names no endpoints. */
export const DEFAULT_ENDPOINTS: ReadonlySet<Endpoint> = new Set(
  (Object.keys(ENDPOINTS) as Endpoint[]).filter((it) => !VIEW_ENDPOINTS.includes(it)),
);

/**
 * @param names the `endpoints` of the server's configuration.
 * @param viewsByDefault whether a server that names none has announced views the older way (`view-endpoints-supported`).
 */
export function discoverEndpoints(
  names: readonly string[] | undefined,
  viewsByDefault: boolean,
): ReadonlySet<Endpoint> {
  if (!names) return viewsByDefault ? new Set([...DEFAULT_ENDPOINTS, ...VIEW_ENDPOINTS]) : DEFAULT_ENDPOINTS;
  const known = new Set(names);
  return new Set((Object.keys(ENDPOINTS) as Endpoint[]).filter((it) => known.has(ENDPOINTS[it])));
}

/** What a server with these endpoints can read and write. */
export function toCapabilities(endpoints: ReadonlySet<Endpoint>): SourceCapabilities {
  const fields: FieldCapability[] = [];
  const add = (kind: AssetKind, load: Endpoint, commit: Endpoint): void => {
    if (!endpoints.has(load)) return;
    const write = endpoints.has(commit);
    const capability = (field: FieldCapability["field"], writable: boolean): FieldCapability => ({
      field,
      kinds: [kind],
      write: writable,
      cardinality: "many",
      omits: field === "owners" ? ["role"] : [],
    });
    for (const field of PLAIN_FIELDS) if (field !== "schema") fields.push(capability(field, write));
    fields.push(capability("custom", write));
    if (kind === "NAMESPACE") return;
    fields.push(capability("schema", false));
    fields.push(capability("columns.description", write && kind === "TABLE"));
    fields.push(capability("columns.classifications", write));
  };
  add("NAMESPACE", "loadNamespace", "updateNamespace");
  add("TABLE", "loadTable", "commitTable");
  add("VIEW", "loadView", "commitView");
  return { fields, conditionalWrite: false, createsAssets: false, followsNames: false, provesExistence: true };
}
