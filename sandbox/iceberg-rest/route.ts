/** What a request is about, in the words of the specification: an endpoint is "GET /v1/{prefix}/namespaces". */
export interface Route {
  readonly method: string;
  readonly endpoint: string;
  /** Path of the namespace in the address; empty where it names none. */
  readonly namespace: readonly string[];
  /** Name of the table or view in the address; empty where it names none. */
  readonly name: string;
  /** The address below /v1 and the prefix, decoded, levels of a namespace joined by ".": "namespaces/retail.sales/tables". */
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface RouteOptions {
  readonly prefix?: string | undefined;
  /** A separator besides the unit separator, as the configuration advertises it. */
  readonly separator?: string | undefined;
}

const NO_QUERY = new URLSearchParams();
const PATTERNS: Readonly<Record<string, string>> = {
  "1 namespaces": "/v1/{prefix}/namespaces",
  "2 namespaces": "/v1/{prefix}/namespaces/{namespace}",
  "3 properties": "/v1/{prefix}/namespaces/{namespace}/properties",
  "3 tables": "/v1/{prefix}/namespaces/{namespace}/tables",
  "3 views": "/v1/{prefix}/namespaces/{namespace}/views",
  "3 register": "/v1/{prefix}/namespaces/{namespace}/register",
  "4 tables": "/v1/{prefix}/namespaces/{namespace}/tables/{table}",
  "4 views": "/v1/{prefix}/namespaces/{namespace}/views/{view}",
  "5 metrics": "/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
};

/** Undefined where the address is none of the API. */
export function matchRoute(method: string, url: string, options: RouteOptions = {}): Route | undefined {
  const mark = url.indexOf("?");
  const address = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1));
  if (address === "/v1/config" || address === "/v1/oauth/tokens") {
    return { method, endpoint: `${method} ${address}`, namespace: [], name: "", path: address.slice(4), query };
  }
  const below = belowPrefix(address, options.prefix);
  const segments = below?.split("/");
  const pattern = segments && patternOf(segments);
  if (!segments || !pattern) return undefined;
  const named = segments[0] === "namespaces";
  try {
    const namespace =
      named && segments.length > 1 ? splitNamespace(decode(segments[1] as string), options.separator) : [];
    const name = named && segments.length > 3 ? decode(segments[3] as string) : "";
    const rest = segments.slice(named && segments.length > 1 ? 2 : 1).map(decode);
    const path = [segments[0], ...(namespace.length > 0 ? [namespace.join(".")] : []), ...rest].join("/");
    return { method, endpoint: `${method} ${pattern}`, namespace, name, path, query };
  } catch {
    return undefined;
  }
}

function belowPrefix(address: string, prefix: string | undefined): string | undefined {
  if (!prefix) return address.startsWith("/v1/") ? address.slice(4) : undefined;
  for (const start of [`/v1/${prefix}/`, `/v1/${encodeURIComponent(prefix)}/`]) {
    if (address.startsWith(start)) return address.slice(start.length);
  }
  return undefined;
}

function patternOf(segments: readonly string[]): string | undefined {
  const { length } = segments;
  if (segments[0] === "namespaces") {
    if (length === 5 && segments[2] !== "tables") return undefined;
    return PATTERNS[`${length} ${segments[length === 4 ? 2 : length === 2 ? 0 : length - 1]}`];
  }
  const path = segments.join("/");
  const known = path === "tables/rename" || path === "views/rename" || path === "transactions/commit";
  return known ? `/v1/{prefix}/${path}` : undefined;
}

/** A namespace that stands as one decoded text. */
export function splitNamespace(text: string, separator: string | undefined): string[] {
  return (separator ? text.replaceAll(separator, "\u001F") : text).split("\u001F");
}

/** @throws URIError where a percent sign encodes nothing. */
function decode(segment: string): string {
  return segment.includes("%") ? decodeURIComponent(segment) : segment;
}
