import { readFile, stat } from "node:fs/promises";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import { err, ok, type Result } from "../domain/result.ts";
import type { ConfigProblem } from "./config-problem.ts";

export type SettingPath = readonly (string | number)[];

/** A YAML file as plain data that remembers where each setting stands. */
export interface YamlFile {
  readonly data: unknown;
  /** A problem with the setting at `path`, or, with `key`, with that key in the map at `path`. */
  problemAt(path: SettingPath, message: string, key?: string): ConfigProblem;
}

const MAX_BYTES = 4 * 1024 * 1024;
const QUOTE_STARS = 'A text that begins with "*" or "&" needs quotes in YAML: "*".';

/** Reads and parses; the error holds everything that is wrong with the file as YAML. */
export async function readYamlFile(path: string, shownAs: string): Promise<Result<YamlFile, readonly ConfigProblem[]>> {
  const text = await readText(path);
  return text.ok ? parseYaml(text.value, shownAs) : err([{ file: shownAs, path: "", message: text.error }]);
}

async function readText(path: string): Promise<Result<string, string>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) return err(`The file has ${size} bytes; at most ${MAX_BYTES} are read.`);
    return ok(await readFile(path, "utf8"));
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const known: Record<string, string> = {
      ENOENT: "There is no such file. Check the path.",
      EACCES: "The file may not be read. Check its permissions.",
      EISDIR: "This is a folder. Name a file.",
    };
    return err(known[code] ?? `The file cannot be read: ${message}`);
  }
}

function parseYaml(text: string, shownAs: string): Result<YamlFile, readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number | undefined, path: string, message: string): ConfigProblem => {
    if (offset === undefined) return { file: shownAs, path, message };
    const { line, col } = lines.linePos(offset);
    return { file: shownAs, line, column: col, path, message };
  };
  const problems = document.errors.map((it) => {
    const hint = it.code === "BAD_ALIAS" || it.message.includes("alias") ? ` ${QUOTE_STARS}` : "";
    return at(it.pos[0], "", `Not valid YAML: ${it.message}.${hint}`);
  });
  if (problems.length === 0) problems.push(...unresolvedAliases(document, at));
  if (problems.length > 0) return err(problems);
  try {
    return ok({
      data: document.toJS({ maxAliasCount: 100 }) as unknown,
      problemAt: (path, message, key) =>
        at(offsetOf(document, path, key), pathToText(key === undefined ? path : [...path, key]), message),
    });
  } catch (error) {
    return err([at(undefined, "", `Not usable YAML: ${(error as Error).message}.`)]);
  }
}

function unresolvedAliases(
  document: Document.Parsed,
  at: (offset: number | undefined, path: string, message: string) => ConfigProblem,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (isAlias(alias) && !alias.resolve(document)) {
        problems.push(at(alias.range?.[0], "", `There is no anchor "${alias.source}". ${QUOTE_STARS}`));
      }
    },
  });
  return problems;
}

/** Of the setting, or of what stands nearest above it if it is missing. */
function offsetOf(document: Document.Parsed, path: SettingPath, key: string | undefined): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    const own = length === path.length && key !== undefined ? keyOffset(node, key) : undefined;
    const last = path[length - 1];
    return (
      own ??
      (isCollection(node) && typeof last === "string" ? keyOfPath(document, path.slice(0, length)) : undefined) ??
      node.range?.[0]
    );
  }
  return undefined;
}

/** A map or a list begins on the line after its key; people look for the key. */
function keyOfPath(document: Document.Parsed, path: SettingPath): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  return isNode(parent) ? keyOffset(parent, String(path.at(-1))) : undefined;
}

function keyOffset(node: Node, key: string): number | undefined {
  if (!isMap(node)) return undefined;
  const found = node.items.find((it) => isScalar(it.key) && String(it.key.value) === key);
  return found && isNode(found.key) ? found.key.range?.[0] : undefined;
}

/** ["rules", 2, "fields"] → "rules[2].fields". */
function pathToText(path: SettingPath): string {
  return path.reduce<string>(
    (text, it) => (typeof it === "number" ? `${text}[${it}]` : text === "" ? it : `${text}.${it}`),
    "",
  );
}
