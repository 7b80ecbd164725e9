import type { Config } from "../config/config.ts";
import type { Found } from "./found.ts";
import { plainLine } from "./plain-text.ts";

/** The query of the printed curl command; a test holds it against the schema. */
export const SUGGESTED_QUERY =
  "{ assets(first: 3, filter: {kind: [TABLE], hasOwner: true}) { nodes { name status owners { value { principal { name } role } } } } }";

/** Three commands that work as they stand, in another terminal in the same folder. */
export function suggestCommands(graphqlUrl: string, { access, demo }: Config, { example }: Found): readonly string[] {
  const url = graphqlUrl === "http://127.0.0.1:4000/graphql" ? "" : ` --url ${quote(new URL(graphqlUrl).origin)}`;
  const token = access ? "CONCORDAT_TOKEN=… " : "";
  const authorization = access ? ` -H "authorization: Bearer …"` : "";
  const second = example
    ? `${token}npx concordat explain ${quote(example.asset)} ${quote(example.field)}${url}`
    : `${token}npx concordat changes${url}`;
  return [
    `${token}npx concordat ${demo ? "drift" : "plan"}${url}`,
    second,
    `curl -s ${quote(graphqlUrl)} -H 'content-type: application/json'${authorization} -d ${quote(JSON.stringify({ query: SUGGESTED_QUERY }))}`,
  ];
}

/** As one word of a POSIX shell. */
function quote(text: string): string {
  const plain = plainLine(text);
  return /^[\w./:@%+,=-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}
