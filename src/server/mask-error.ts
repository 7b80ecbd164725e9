import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { ulid } from "ulid";
import { LedgerUnavailable } from "../ports/ledger.ts";

/** Called with what was masked; `errorId` is what the caller was told. */
export type ReportUnexpected = (errorId: string, error: unknown) => void;

/** As the caller sees it: an error that was meant for callers as it is, any other one masked, with an id that stands in the log. */
export function maskError(error: GraphQLError, report: ReportUnexpected): GraphQLError {
  if (isMeantForCallers(error)) return error;
  const { nodes, source, positions, path } = error;
  const { message, extensions } = masked(error, report);
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions,
  });
}

/** The same for an error that is formatted already: `formatted` is what would be shown of `error` if it were meant for callers. */
export function maskFormatted(
  formatted: GraphQLFormattedError,
  error: unknown,
  report: ReportUnexpected,
): GraphQLFormattedError {
  if (isMeantForCallers(error)) return formatted;
  const { locations, path } = formatted;
  return { ...masked(error, report), ...(locations && { locations }), ...(path && { path }) };
}

/** An error that nobody but the log may see. */
export function maskUnknown(error: unknown, report: ReportUnexpected): GraphQLError {
  if (error instanceof GraphQLError) return maskError(error, report);
  const { message, extensions } = masked(error, report);
  return new GraphQLError(message, { extensions });
}

/** Nothing unexpected: readiness and the metrics tell it of the ledger, once, and each caller what to do. */
const LEDGER_AWAY =
  "The ledger does not answer, so nothing can be read or changed until it does. Try again in a moment. What a mutation asked for may have been done or not: send it again with the same idempotencyKey, and it is done once.";

function masked(error: unknown, report: ReportUnexpected) {
  if (rootCause(error) instanceof LedgerUnavailable)
    return { message: LEDGER_AWAY, extensions: { code: "LEDGER_UNAVAILABLE" } };
  const errorId = ulid();
  report(errorId, rootCause(error));
  const message = `Something went wrong in the gateway. Its log says more under ${errorId}.`;
  return { message, extensions: { code: "INTERNAL_SERVER_ERROR", errorId } };
}

/** GraphQLErrors are thrown on purpose, by this project or by graphql-js for a bad request; anything else is a bug or a failure. */
function isMeantForCallers(error: unknown): boolean {
  return rootCause(error) instanceof GraphQLError;
}

function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}
