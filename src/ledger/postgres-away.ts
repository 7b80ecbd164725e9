import pg from "pg";
import { LedgerUnavailable } from "../ports/ledger.ts";
import type { SqlLedger } from "./sql-ledger.ts";

/**
 * SQLSTATEs with which a server says that it cannot be used now, whatever it is asked: connections (08), resources (53: too many
 * connections, a full disk), an operator or a crash (57P01 to 57P05), and a standby that takes no writes (25006).
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const AWAY_STATES = /^(08...|53...|57P0[1-5]|25006)$/;
const AWAY_CALLS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT", // the socket of a server on this machine
]);
/** What the driver itself says has no code. */
const AWAY_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** Whether an error says that the server is away or cannot be used now, rather than anything of what it was asked. */
export function isAway(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isAway); // one for each address
  if (error instanceof pg.DatabaseError) return AWAY_STATES.test(error.code ?? "");
  if (!(error instanceof Error)) return false;
  return "code" in error ? AWAY_CALLS.has(String(error.code)) : AWAY_WORDS.test(error.message);
}

/** The same ledger, whose calls reject with LedgerUnavailable where the server is away. */
export function tellWhenAway(ledger: SqlLedger): SqlLedger {
  const calls = Object.entries(ledger).flatMap(([name, it]) => (typeof it === "function" ? [[name, tell(it)]] : []));
  return { ...ledger, ...Object.fromEntries(calls) };
}

type Call = (...args: never[]) => unknown;

function tell(call: Call): Call {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      throw isAway(error) ? new LedgerUnavailable(error) : error;
    }
  };
}
