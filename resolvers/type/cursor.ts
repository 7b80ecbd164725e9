import { GraphQLScalarType, Kind } from "graphql";
import { epochAt, type History, isKept, NEVER_RESTORED } from "../../src/domain/history.ts";
import type { LogCursor } from "../../src/server/models.ts";
import { badUserInput } from "../graph-error.ts";

const TEXT = /^log(?:@([0-9a-z]{1,40}))?:(0|[1-9]\d{0,15})(?::(.{1,500}))?$/s;

/**
 * Opaque outside: "log:" and the position, perhaps with a cursor of the ledger's list of drift, in base64url. Of a log that was restored
 * from a backup "log@" and the life of it in which the entry was written.
 */
export function encodeCursor(cursor: LogCursor, history: History = NEVER_RESTORED): string {
  const { id } = epochAt(history, cursor.position);
  const place = `log${id === "" ? "" : `@${id}`}:${cursor.position}`;
  const text = cursor.initialAfter === undefined ? place : `${place}:${cursor.initialAfter}`;
  return Buffer.from(text, "utf8").toString("base64url");
}

/** @throws GraphQLError BAD_USER_INPUT if `text` is no cursor of the log, or one of entries that were lost. */
function decodeCursor(text: unknown, history: History): LogCursor {
  if (typeof text === "string" && text.length <= 1_000 && /^[\w-]+$/.test(text)) {
    const found = TEXT.exec(Buffer.from(text, "base64url").toString("utf8"));
    const position = Number(found?.[2]);
    if (found && Number.isSafeInteger(position)) {
      if (!isKept(history, found[1] ?? "", position)) throw lost(history);
      return found[3] === undefined ? { position } : { position, initialAfter: found[3] };
    }
  }
  throw badUserInput(
    'Not a cursor. Hand back a "cursor" that an answer or an event gave you, as it is; or leave it out.',
  );
}

function lost(history: History): Error {
  const from = encodeCursor({ position: (history.at(-1) ?? history[0]).from }, history);
  return badUserInput(
    `The cursor is of entries that were lost when the ledger was restored from a backup. Ask from "${from}", where the log went on from, and take what you know of later times for outdated.`,
  );
}

/** The scalar `Cursor` over a log with this history. */
export function cursorScalar(history: History): GraphQLScalarType<LogCursor, string> {
  return new GraphQLScalarType<LogCursor, string>({
    name: "Cursor",
    serialize: (value) => encodeCursor(value as LogCursor, history),
    parseValue: (value) => decodeCursor(value, history),
    parseLiteral: (node) => decodeCursor(node.kind === Kind.STRING ? node.value : undefined, history),
  });
}
