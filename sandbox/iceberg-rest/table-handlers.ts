import { type ApiRequest, type ApiSettings, type Handler, listPage, readBody } from "./handler.ts";
import { NO_CONTENT, type Reply } from "./reply.ts";
import { commitTableRequest, commitTransactionRequest, createTableRequest, renameRequest } from "./requests.ts";
import type { StoredTable } from "./stored-table.ts";

const MANY = "/v1/{prefix}/namespaces/{namespace}/tables";
const ONE = `${MANY}/{table}`;

export const TABLE_HANDLERS: Readonly<Record<string, Handler>> = {
  [`GET ${MANY}`]: (request, settings) => {
    const { namespace } = request;
    const { tables } = settings.catalog.namespaces.get(namespace);
    return listPage(request, settings, tables, "identifiers", (name) => ({ namespace, name }));
  },
  [`POST ${MANY}`]: ({ namespace, body }, { catalog }) => {
    const request = readBody(createTableRequest, body);
    if (request["stage-create"]) return { status: 200, body: catalog.tables.stage(namespace, request) };
    return loaded(catalog.tables.create(namespace, request), catalog);
  },
  [`GET ${ONE}`]: loadTable,
  [`HEAD ${ONE}`]: ({ namespace, name }, { catalog }) => {
    catalog.tables.get(namespace, name);
    return NO_CONTENT;
  },
  [`POST ${ONE}`]: ({ namespace, name, body }, { catalog }) =>
    loaded(catalog.tables.commit(namespace, name, readBody(commitTableRequest, body)), catalog),
  [`DELETE ${ONE}`]: ({ namespace, name }, { catalog }) => {
    // There are no files: `purgeRequested` makes no difference.
    catalog.tables.drop(namespace, name);
    return NO_CONTENT;
  },
  [`POST ${ONE}/metrics`]: ({ namespace, name }, { catalog }) => {
    catalog.tables.get(namespace, name);
    return NO_CONTENT;
  },
  "POST /v1/{prefix}/tables/rename": ({ body }, { catalog }) => {
    const { source, destination } = readBody(renameRequest, body);
    catalog.tables.rename(source.namespace, source.name, destination.namespace, destination.name);
    return NO_CONTENT;
  },
  "POST /v1/{prefix}/transactions/commit": ({ body }, { catalog }) => {
    catalog.tables.commitAll(readBody(commitTransactionRequest, body)["table-changes"]);
    return NO_CONTENT;
  },
};

function loadTable({ namespace, name, query, ifNoneMatch }: ApiRequest, { catalog }: ApiSettings): Reply {
  const table = catalog.tables.get(namespace, name);
  const referencedOnly = query.get("snapshots") === "refs" && table.hasUnreferenced;
  const etag = referencedOnly ? `${table.etag.slice(0, -1)}.refs"` : table.etag;
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag)) return { status: 304, headers: { etag } };
  return { status: 200, headers: { etag }, body: catalog.tables.body(table, referencedOnly) };
}

function loaded(table: StoredTable, catalog: ApiSettings["catalog"]): Reply {
  return { status: 200, headers: { etag: table.etag }, body: catalog.tables.body(table) };
}

function matches(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch === etag || ifNoneMatch.split(",").some((it) => it.trim().replace(/^W\//, "") === etag);
}
