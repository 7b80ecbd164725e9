import { z } from "zod";
import { MODES } from "../treaty/decision.ts";
import { ACCESS_ROLES } from "./config.ts";
import { Duration, TreatySchema } from "./treaty-schema.ts";

const Port = z.int().min(0).max(65_535);
const VariableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "Expected the name of an environment variable.")
  .describe("Name of an environment variable.");
const address = (error: string) => z.url({ protocol: /^https?$/, error });
const OR_SANDBOX = 'Expected an http or https address, or "sandbox".';
const Path = z.string().min(1).describe("Path of a file, seen from this file's folder.");
const exactlyOne = { minProperties: 1, maxProperties: 1 };
/** Checked even where other settings beside it are wrong, so that all is reported in one go. */
const beside = { when: ({ value }: { value: unknown }) => typeof value === "object" && value !== null };

const OAuth2 = z
  .strictObject({
    clientId: z.string().min(1),
    clientSecretFromEnv: VariableName.optional(),
    clientSecretFromFile: Path.optional(),
    scope: z.string().min(1).describe("Default: catalog.").optional(),
    uri: address("Expected an http or https address.")
      .describe("Token endpoint. Default: the catalog's own v1/oauth/tokens.")
      .optional(),
  })
  .refine((it) => (it.clientSecretFromEnv === undefined) !== (it.clientSecretFromFile === undefined), {
    ...beside,
    error: "State exactly one of clientSecretFromEnv and clientSecretFromFile.",
  })
  .describe("OAuth2 client credentials.");

const Auth = z
  .strictObject({ tokenFromEnv: VariableName.optional(), tokenFromFile: Path.optional(), oauth2: OAuth2.optional() })
  .refine((it) => Object.values(it).filter((part) => part !== undefined).length === 1, {
    ...beside,
    error: "State exactly one of tokenFromEnv, tokenFromFile and oauth2.",
  })
  .meta({ description: "How the gateway identifies itself; left out: not at all.", ...exactlyOne });

const Mode = z
  .enum(MODES)
  .default("observe")
  .describe(
    "What the gateway may do with this source, whatever the treaty says. Nothing is written before it is enforce.",
  );
const Names = z
  .strictObject({
    prefix: z
      .string()
      .min(1)
      .describe('Stands before this source\'s names: with "prod" its table sales.orders is prod.sales.orders.')
      .optional(),
  })
  .optional();
const Every = Duration.default("PT5M").describe("Pause between two scans of the whole source.");

const IcebergRest = z
  .strictObject({
    type: z.literal("iceberg-rest"),
    uri: z
      .union([z.literal("sandbox"), address(OR_SANDBOX)], OR_SANDBOX)
      .describe(
        'Base address without /v1, or "sandbox" for the catalog that the gateway starts itself (see `sandbox`).',
      ),
    warehouse: z.string().min(1).optional(),
    auth: Auth.optional(),
    mode: Mode,
    names: Names,
    visibleWithin: Duration.default("PT0S").describe(
      "For so long the catalog may go on answering with what stood there before: behind a cache, or a replica that lags. The gateway then waits so long before it says that a write was not taken.",
    ),
    scan: z
      .strictObject({
        every: Every,
        concurrency: z.int().min(1).max(256).default(16).describe("Requests at a time."),
        pageSize: z.int().min(1).max(100_000).describe("Default: what the server suggests.").optional(),
        conditional: z
          .boolean()
          .default(true)
          .describe(
            "Skip what the server says is unchanged. Switch off for catalogs that keep properties outside of the table metadata.",
          ),
      })
      .prefault({}),
    http: z
      .strictObject({
        timeout: Duration.default("PT10S").describe("For one attempt."),
        callTimeout: Duration.default("PT30S").describe("For one call with all its attempts and waits."),
        concurrency: z.int().min(1).max(256).default(8).describe("Requests at a time, besides those of scans."),
        headers: z
          .record(z.string().min(1), z.string())
          .default({})
          .describe("Sent with every request. No secrets: see auth."),
      })
      .prefault({}),
  })
  .describe("A lakehouse that speaks the Iceberg REST catalog protocol.");

const Embedded = z
  .strictObject({ type: z.literal("embedded"), mode: Mode, scan: z.strictObject({ every: Every }).prefault({}) })
  .describe("The gateway's own governance catalog, stored beside the ledger: for teams that have no other.");

const SourceKey = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'Name a source with lower-case letters, digits and "-", beginning with a letter.');

export const SourceSchema = z.discriminatedUnion("type", [IcebergRest, Embedded], {
  error: (issue) => (issue.code === "invalid_union" ? 'State type: "iceberg-rest" or "embedded".' : undefined),
});

const Ledger = z
  .strictObject({
    url: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "Expected a postgres:// address.")
      .describe("Without a password.")
      .optional(),
    urlFromEnv: VariableName.optional(),
    urlFromFile: Path.optional(),
  })
  .refine((it) => Object.values(it).filter((part) => part !== undefined).length === 1, {
    ...beside,
    error:
      "State exactly one of url, urlFromEnv and urlFromFile, or leave `ledger` out to use SQLite in the data folder.",
  })
  .meta({ description: "PostgreSQL. Left out: SQLite in the data folder.", ...exactlyOne });

const Redis = z
  .strictObject({
    url: z
      .string()
      .regex(/^rediss?:\/\//, "Expected a redis:// or rediss:// address.")
      .describe("Without a password.")
      .optional(),
    urlFromEnv: VariableName.optional(),
    urlFromFile: Path.optional(),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'Expected letters, digits, "-", "_" and ".".')
      .default("concordat")
      .describe("Begins every key and channel: installations that share a Redis each need their own."),
  })
  .refine((it) => [it.url, it.urlFromEnv, it.urlFromFile].filter((part) => part !== undefined).length === 1, {
    ...beside,
    error: "State exactly one of url, urlFromEnv and urlFromFile, or leave `redis` out.",
  })
  .describe(
    "What several replicas tell one another at once. Optional: without Redis they still agree, only later. Nothing is lost with it.",
  );

const RateLimit = z
  .strictObject({
    operations: z.int().min(1).max(10_000_000).describe("Queries, mutations and subscriptions that are begun."),
    per: Duration.default("PT1M").describe("In this time, whole seconds."),
  })
  .describe(
    "How much one caller may ask: each token for itself, each address where there is no `access`. Replicas count together over `redis`. Left out: no limit.",
  );

const Token = z
  .strictObject({
    name: z.string().min(1).max(200).describe("Who bears it; stands in the log as the actor."),
    tokenFromEnv: VariableName.optional(),
    tokenFromFile: Path.optional(),
    roles: z
      .array(z.enum(ACCESS_ROLES))
      .min(1)
      .describe("reader: queries and subscriptions. editor: also fields. operator: also scans, reconciles and modes."),
  })
  .refine((it) => (it.tokenFromEnv === undefined) !== (it.tokenFromFile === undefined), {
    ...beside,
    error: "State exactly one of tokenFromEnv and tokenFromFile.",
  });

/** The shape of concordat.yaml. */
export const ConfigSchema = z
  .strictObject({
    server: z
      .strictObject({
        host: z.string().min(1).default("127.0.0.1").describe("Without `access` only a loopback address."),
        port: Port.default(4000),
        rateLimit: RateLimit.optional(),
      })
      .prefault({}),
    data: z
      .string()
      .min(1)
      .describe("The data folder, seen from this file's folder. Default: .concordat in the working directory.")
      .optional(),
    ledger: Ledger.optional(),
    redis: Redis.optional(),
    access: z
      .strictObject({ tokens: z.array(Token).min(1) })
      .describe("Who may do what. Left out: everybody on this machine, and nobody else.")
      .optional(),
    sandbox: z
      .strictObject({ port: Port.default(8181) })
      .describe(
        "Starts an Iceberg REST catalog with a sample lakehouse beside the gateway, on loopback, to try things out.",
      )
      .optional(),
    sources: z
      .record(SourceKey, SourceSchema)
      .refine((it) => Object.keys(it).length > 0, { error: "Connect at least one source." }),
    treaty: TreatySchema.optional(),
    treatyFile: Path.describe("Path of a file that holds the treaty, instead of `treaty`.").optional(),
  })
  .refine((it) => (it.treaty === undefined) !== (it.treatyFile === undefined), {
    ...beside,
    error: "State exactly one of treaty and treatyFile.",
    path: ["treaty"],
  });
export type ConfigText = z.infer<typeof ConfigSchema>;
export type SourceText = z.infer<typeof SourceSchema>;
