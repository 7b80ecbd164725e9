import { z } from "zod";
import type { Catalog } from "./catalog.ts";
import { badRequest } from "./catalog-error.ts";
import { parseExactJson } from "./exact-json.ts";
import { json, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import type { NamePage, SortedMap } from "./sorted-map.ts";

export interface ApiRequest extends Route {
  readonly body: string;
  readonly ifNoneMatch: string | undefined;
  /** A fault wants the page chain to break: this page ends half-way, and says that there is more. */
  readonly halfPage: boolean;
}

export interface ApiSettings {
  readonly catalog: Catalog;
  /** Most entries of one page. */
  readonly pageSizeLimit: number;
  /** The only warehouse that there is; undefined: any name will do. */
  readonly warehouse?: string | undefined;
  readonly prefix?: string | undefined;
  /** Advertised besides the unit separator. */
  readonly separator?: string | undefined;
}

/** One endpoint. Throws CatalogError for every answer that is not a success. */
export type Handler = (request: ApiRequest, settings: ApiSettings) => Reply;

/** The body, in the shape that the endpoint takes. @throws CatalogError 400 */
export function readBody<T>(shape: z.ZodType<T>, body: string): T {
  let value: unknown;
  try {
    value = parseExactJson(body);
  } catch (error) {
    throw badRequest(`Malformed request: ${(error as Error).message}`);
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw badRequest(`Malformed request: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** A listing as the specification pages it: all at once, unless the client sends `pageToken` (empty at first). */
export function listPage<T>(
  request: ApiRequest,
  settings: ApiSettings,
  all: SortedMap<unknown>,
  key: "namespaces" | "identifiers",
  toEntry: (name: string) => T,
): Reply {
  const token = request.query.get("pageToken");
  if (token === null) return json({ [key]: all.names().map(toEntry) });
  const { names, next } = page(request, settings, all, token);
  return json({ [key]: names.map(toEntry), "next-page-token": next === undefined ? null : toToken(next) });
}

function page(
  { query, halfPage }: ApiRequest,
  settings: ApiSettings,
  all: SortedMap<unknown>,
  token: string,
): NamePage {
  const size = query.get("pageSize");
  if (size !== null && !/^[1-9]\d{0,8}$/.test(size)) throw badRequest(`Invalid pageSize: ${size}`);
  const limit = Math.min(settings.pageSizeLimit, size === null ? settings.pageSizeLimit : Number(size));
  if (!halfPage) return all.page(fromToken(token), limit);
  const { names } = all.page(fromToken(token), Math.min(limit, Math.ceil(all.size / 2)));
  return { names, next: names.at(-1) ?? "" };
}

function toToken(name: string): string {
  return `n.${Buffer.from(name).toString("base64url")}`;
}

function fromToken(token: string): string | undefined {
  if (token === "") return undefined;
  if (!token.startsWith("n.")) throw badRequest(`Invalid pageToken: ${token}`);
  return Buffer.from(token.slice(2), "base64url").toString();
}
