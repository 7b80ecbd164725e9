export interface Random {
  /** At least 0 and below 1. */
  next(): number;
}
