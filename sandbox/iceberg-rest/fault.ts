import { z } from "zod";

/** What can go wrong, and which requests it hits; a `method` widens "write" to any request and "commit" to any write. */
export const FAULT_KINDS = {
  /** Every answer comes `ms` later. */
  latency: "any",
  /** 409 CommitFailedException, nothing applied. */
  "commit-conflict": "commit",
  /** `status` (500), nothing applied. */
  "error-before-apply": "write",
  /** `status` (500), though it was applied: the outcome is unknown to the client. */
  "error-after-apply": "write",
  /** `status` (500) for whatever is asked. */
  "server-error": "any",
  /** 503 with `Retry-After: retryAfter` seconds (1), nothing applied. */
  unavailable: "any",
  /** The body ends half-way and the connection closes. */
  "truncated-body": "any",
  /** The first page of a listing ends half-way and promises more; the next page is `status` (500). */
  "listing-breaks": "list",
  /** A listing is silently empty. */
  "listing-empty": "list",
  /** A listing is forbidden: 403. */
  "listing-forbidden": "list",
  /** A listing says that the namespace is not there: 404. */
  "listing-missing": "list",
  /** `status` (401 or 419), and every token issued so far has ended. */
  "token-expired": "any",
  /** The connection is reset; with `afterApply: true` only after the request was applied. */
  "connection-reset": "any",
  /** The body comes at `bytesPerSecond` (1). */
  drip: "any",
  /** Nothing is answered, until the client gives up. */
  hang: "any",
} as const satisfies Record<string, "any" | "write" | "commit" | "list">;
export type FaultKind = keyof typeof FAULT_KINDS;

export const faultSpec = z.strictObject({
  kind: z.enum(Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]]),
  /** Only requests of this HTTP method. */
  method: z.enum(["GET", "HEAD", "POST", "DELETE"]).exactOptional(),
  /**
   * Only requests whose address below /v1 and the prefix matches; decoded, levels of a namespace joined by ".".
   * `*` stands for anything but "/", `**` for anything: "namespaces/retail.sales/tables/*".
   */
  path: z.string().min(1).max(500).exactOptional(),
  /** How many requests it hits before it is used up; without it, all. */
  count: z.int().min(1).exactOptional(),
  /** How many matching requests it lets pass first. */
  skip: z.int().min(0).exactOptional(),
  /** The share of matching requests that it hits, from 0 to 1; which ones, `seed` decides (1 by default). */
  probability: z.number().min(0).max(1).exactOptional(),
  seed: z.int().exactOptional(),
  ms: z.number().min(0).max(600_000).exactOptional(),
  status: z.int().min(400).max(599).exactOptional(),
  retryAfter: z.int().min(0).exactOptional(),
  bytesPerSecond: z.number().positive().exactOptional(),
  afterApply: z.boolean().exactOptional(),
});
export type FaultSpec = z.infer<typeof faultSpec>;

/** `*`: anything but "/"; `**`: anything; the rest stands for itself. */
export function globPattern(glob: string): RegExp {
  const source = glob.split(/(\*+)/).map((it) => {
    if (it === "*") return "[^/]*";
    return it.startsWith("**") ? ".*" : it.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`, "s");
}
