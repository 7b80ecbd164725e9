import { GraphQLError } from "graphql";

/** The caller asked for something that cannot be. `message` says what and what to do; it is shown as it is. */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

/** An error whose message is meant for the caller; one without a code is a bug and is masked. */
export function typedError(code: string, message: string, more: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more } });
}

/** Runs a parser of the domain, whose TypeErrors say what is wrong with the text. */
export function orBadUserInput<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof TypeError ? badUserInput(error.message) : error;
  }
}

/** The ledger says by a TypeError that a cursor is none of the list that is asked for. */
export async function orBadCursor<T>(page: Promise<T>): Promise<T> {
  try {
    return await page;
  } catch (error) {
    throw error instanceof TypeError && error.message.startsWith("Not a cursor") ? badUserInput(error.message) : error;
  }
}
