import { GraphQLScalarType, Kind } from "graphql";
import type { LogCursor } from "../../src/server/models.ts";
import { badUserInput } from "../graph-error.ts";

const TEXT = /^log:(0|[1-9]\d{0,15})(?::(.{1,500}))?$/s;

/** Opaque outside: "log:" and the position, perhaps with a cursor of the ledger's list of drift, in base64url. */
export function encodeCursor(cursor: LogCursor): string {
  const text =
    cursor.initialAfter === undefined ? `log:${cursor.position}` : `log:${cursor.position}:${cursor.initialAfter}`;
  return Buffer.from(text, "utf8").toString("base64url");
}

/** @throws GraphQLError BAD_USER_INPUT if `text` is no cursor of the log. */
function decodeCursor(text: unknown): LogCursor {
  if (typeof text === "string" && text.length <= 1_000 && /^[\w-]+$/.test(text)) {
    const found = TEXT.exec(Buffer.from(text, "base64url").toString("utf8"));
    const position = Number(found?.[1]);
    if (found && Number.isSafeInteger(position)) {
      return found[2] === undefined ? { position } : { position, initialAfter: found[2] };
    }
  }
  throw badUserInput(
    'Not a cursor. Hand back a "cursor" that an answer or an event gave you, as it is; or leave it out.',
  );
}

export const Cursor = new GraphQLScalarType<LogCursor, string>({
  name: "Cursor",
  serialize: (value) => encodeCursor(value as LogCursor),
  parseValue: decodeCursor,
  parseLiteral: (node) => decodeCursor(node.kind === Kind.STRING ? node.value : undefined),
});
