import { z } from "zod";

/** The parts of the Iceberg REST protocol that are used here, as its OpenAPI description names them; unknown properties are let through. */
const stringMap = z.record(z.string(), z.string());
const pageToken = z.string().nullish();
const name = z.string().min(1).max(1_024);

export const CatalogConfig = z.object({
  defaults: stringMap,
  overrides: stringMap,
  endpoints: z.array(z.string()).optional(),
  "idempotency-key-lifetime": z.string().optional(),
});
export type CatalogConfig = z.infer<typeof CatalogConfig>;

export const ListNamespacesResponse = z.object({
  namespaces: z.array(z.array(name).min(1)).optional(),
  "next-page-token": pageToken,
});

export const ListTablesResponse = z.object({
  identifiers: z.array(z.object({ namespace: z.array(name), name })).optional(),
  "next-page-token": pageToken,
});

export const GetNamespaceResponse = z.object({
  namespace: z.array(name),
  /** null: the server keeps no properties of namespaces. */
  properties: stringMap.nullish(),
});

export const ErrorModel = z.object({ message: z.string(), type: z.string(), code: z.number().int() });
export type ErrorModel = z.infer<typeof ErrorModel>;
export const IcebergErrorResponse = z.object({ error: ErrorModel });

export const OAuthTokenResponse = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  /** Seconds. */
  expires_in: z.number().positive().optional(),
});
export type OAuthTokenResponse = z.infer<typeof OAuthTokenResponse>;
