/** The ledger cannot be opened; the message says why and what to do. */
export class LedgerOpenError extends Error {
  override readonly name = "LedgerOpenError";
}
