export interface Ids {
  /** A new ULID: 26 characters of Crockford's base 32, ascending in time. */
  ulid(): string;
}
