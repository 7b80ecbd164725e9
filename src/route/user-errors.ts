import type { SourceId } from "../domain/ids.ts";
import type { MutationOutcome, UserError, UserErrorCode } from "../ports/gateway.ts";

/** What happened and what to do, in one sentence each. */
export function userError(code: UserErrorCode, message: string, path: readonly string[] = []): UserError {
  return { code, message, path };
}

/** This process has another treaty than the one in force: whoever has that one must be asked. */
export function outdatedTreaty(): UserError {
  const message =
    "This gateway was started with another treaty than the one in force, so it changes nothing. Send the request to a gateway that has the new treaty, or restart this one with it.";
  return userError("TREATY_OUTDATED", message);
}

/** Nothing changed. `at` names the source that stood in the way, if one did. */
export function refused(
  error: UserError,
  at?: { readonly source: SourceId; readonly status: "FAILED" | "PENDING" },
): MutationOutcome {
  const deliveries = at
    ? [{ source: at.source, role: "AUTHORITY" as const, status: at.status, error: error.message }]
    : [];
  return { change: null, asset: null, deliveries, userErrors: [error] };
}
