import { readdirSync, readFileSync } from "node:fs";
import { makeExecutableSchema } from "@graphql-tools/schema";
import type { GraphQLSchema } from "graphql";
import { resolvers } from "../../resolvers/resolvers.ts";
import { cursorScalar } from "../../resolvers/type/cursor.ts";
import { type History, NEVER_RESTORED } from "../domain/history.ts";

const FOLDER = new URL("../../schema/", import.meta.url);

/** The graph's contract as text: every file of schema/, in the order of their names. */
export function readSdl(): string {
  const files = readdirSync(FOLDER)
    .filter((it) => it.endsWith(".graphql"))
    .sort();
  return files.map((it) => readFileSync(new URL(it, FOLDER), "utf8")).join("\n");
}

/** @throws Error if schema/ and resolvers/ do not fit together. */
export function buildGraphSchema(history: History = NEVER_RESTORED): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: readSdl(),
    resolvers: { ...resolvers, Cursor: cursorScalar(history) },
    resolverValidationOptions: { requireResolversToMatchSchema: "error" },
  });
}
