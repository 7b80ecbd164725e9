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

/** The log went back below this process: what it knows may be of a life that is lost. */
export function ledgerReplaced(): UserError {
  const message =
    "The ledger was replaced by an older copy of itself while this gateway ran, so it changes nothing. Start the gateway anew; what differs between the sources is then asked about.";
  return userError("LEDGER_REPLACED", message);
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
