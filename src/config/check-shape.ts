import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { err, ok, type Result } from "../domain/result.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { type JsonSchema, settingsAt } from "./json-schema.ts";
import type { SettingPath, YamlFile } from "./yaml-file.ts";

type Issue = z.core.$ZodIssue;

const SECRETS: Readonly<Record<string, string>> = {
  token: "tokenFromEnv: NAME_OF_VARIABLE, or tokenFromFile: PATH",
  bearer: "tokenFromEnv: NAME_OF_VARIABLE, or tokenFromFile: PATH",
  clientSecret: "clientSecretFromEnv: NAME_OF_VARIABLE, or clientSecretFromFile: PATH",
  secret: "clientSecretFromEnv: NAME_OF_VARIABLE, or clientSecretFromFile: PATH",
  password: "a variable of the environment or a file, see tokenFromEnv and urlFromEnv",
};

/** The data in the shape of `schema`, or everything that is wrong with it, each with its line. */
export function checkShape<T>(
  file: YamlFile,
  schema: z.ZodType<T>,
  jsonSchema: JsonSchema,
): Result<T, readonly ConfigProblem[]> {
  const parsed = schema.safeParse(file.data ?? {}, { reportInput: true });
  if (parsed.success) return ok(parsed.data);
  const problems = parsed.error.issues.flatMap((it) => toProblems(it, file, jsonSchema));
  return err(problems.filter((it, index) => problems.findIndex((other) => isDeepStrictEqual(other, it)) === index));
}

function toProblems(issue: Issue, file: YamlFile, jsonSchema: JsonSchema): readonly ConfigProblem[] {
  const path = issue.path.filter((it) => typeof it !== "symbol");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => file.problemAt(path, unknownSetting(key, path, file, jsonSchema), key));
    case "invalid_key":
      return [file.problemAt(path.slice(0, -1), issue.issues[0]?.message ?? issue.message, String(path.at(-1)))];
    case "invalid_type":
      return [file.problemAt(path, wrongType(issue))];
    default:
      return [file.problemAt(path, issue.message)];
  }
}

function unknownSetting(key: string, path: SettingPath, file: YamlFile, jsonSchema: JsonSchema): string {
  const instead = Object.hasOwn(SECRETS, key) ? SECRETS[key] : undefined;
  if (instead !== undefined) return `Secrets do not stand in this file. Write ${instead}.`;
  const known = settingsAt(jsonSchema, file.data, path);
  return `There is no such setting.${known.length > 0 ? ` Here may stand: ${known.join(", ")}.` : ""}`;
}

function wrongType(issue: Extract<Issue, { code: "invalid_type" }>): string {
  const wanted: Record<string, string> = {
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "settings below it",
    record: "settings below it",
  };
  const expected = wanted[issue.expected] ?? issue.expected;
  return issue.input === undefined ? `It is missing. Expected ${expected}.` : `Expected ${expected}.`;
}
