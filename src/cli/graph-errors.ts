import { z } from "zod";
import { Failure } from "./failure.ts";
import { plainText } from "./plain-text.ts";

const GraphErrors = z
  .array(
    z.looseObject({
      message: z.string(),
      path: z.array(z.union([z.string(), z.number()])).optional(),
      extensions: z.looseObject({ code: z.string().optional(), cursor: z.string().optional() }).optional(),
    }),
  )
  .min(1);

/** One mutation's expected failures, as the graph's payloads carry them. */
export const UserErrors = z.array(z.object({ code: z.string(), message: z.string(), path: z.array(z.string()) }));

/** What to do about codes whose messages cannot say it, because a library wrote them. */
const ADVICE: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "Put a valid token into CONCORDAT_TOKEN.",
  FORBIDDEN: "Ask for the permission, or use a token in CONCORDAT_TOKEN that has it.",
  GRAPHQL_VALIDATION_FAILED: "This command line and the gateway are of different versions: use the same one for both.",
  GRAPHQL_PARSE_FAILED: "This command line and the gateway are of different versions: use the same one for both.",
  BAD_USER_INPUT: "Correct the argument that it names.",
};

/** GraphQL errors as one failure; `errors` is what stood in the answer, undefined where that is no list of GraphQL errors. */
export function graphFailure(errors: unknown): Failure | undefined {
  const parsed = GraphErrors.safeParse(errors);
  if (!parsed.success) return undefined;
  const lines = new Set<string>();
  for (const { message, path, extensions } of parsed.data.slice(0, 20)) {
    const code = extensions?.code ?? "GRAPHQL_ERROR";
    const at = path === undefined || path.length < 2 ? "" : ` (at ${path.join(".")})`;
    lines.add(plainText(`${code}: ${message}${at}`));
    if (ADVICE[code] !== undefined) lines.add(ADVICE[code]);
  }
  if (parsed.data.length > 20) lines.add(`… and ${parsed.data.length - 20} more errors.`);
  return new Failure(parsed.data[0]?.extensions?.code ?? "GRAPHQL_ERROR", [...lines].join("\n"));
}

/** @throws Failure if there are any. */
export function refuseOnUserErrors(errors: z.infer<typeof UserErrors>): void {
  const first = errors[0];
  if (!first) return;
  const lines = errors.map((it) =>
    plainText(`${it.code}: ${it.message}${it.path.length > 0 ? ` (${it.path.join(".")})` : ""}`),
  );
  throw new Failure(first.code, lines.join("\n"));
}
