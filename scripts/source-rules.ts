/**
 * Holds the sources to what no rule of the linter can tell from its innocent sibling; exit code 1 if one does not keep it.
 *
 * - `new Date()` and `Date()` read the clock, where `new Date(it)` does not. In the core the time is a parameter.
 * - A `using` declaration is TypeScript to the end for Node 22, which strips types and rewrites no syntax. Call the
 *   dispose method in a `finally` there; tests run on the newest Node and may use it.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Module, parseSync } from "@swc/core";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CORE = /^src\/(domain|treaty|plan|ports|route|reconcile|delivery|log|ingest|access|evidence)\//;

export interface BrokenRule {
  /** 1-based, in the source. */
  readonly line: number;
  readonly why: string;
}

/** @param file its path from the root, with forward slashes; @param source its text, a TypeScript module. */
export function findBrokenRules(file: string, source: string): readonly BrokenRule[] {
  // swc counts bytes on from what it parsed before; an empty module tells from where.
  const start = parseSync("", { syntax: "typescript" }).span.end;
  const bytes = Buffer.from(source);
  const broken: BrokenRule[] = [];
  walk(parse(file, source), (node) => {
    const why = explainNode(node, CORE.test(file));
    if (why !== undefined) broken.push({ line: lineAt(bytes, node.span.start - start), why });
  });
  return broken;
}

function parse(file: string, source: string): Module {
  try {
    return parseSync(source, { syntax: "typescript", target: "esnext" });
  } catch (cause) {
    throw new Error(`${file} is not TypeScript`, { cause });
  }
}

interface SyntaxNode {
  readonly type: string;
  readonly span: { readonly start: number };
  readonly callee?: unknown;
  readonly arguments?: readonly unknown[] | null;
}

function explainNode(node: SyntaxNode, inCore: boolean): string | undefined {
  if (node.type === "UsingDeclaration") return "Node 22.18 has no `using`; dispose in a `finally`";
  if (inCore && readsClock(node)) return "the core reads no clock; take ports/clock.ts as a parameter";
  return undefined;
}

function readsClock(node: SyntaxNode): boolean {
  if (!isSyntaxNode(node.callee) || !("value" in node.callee) || node.callee.value !== "Date") return false;
  return node.type === "CallExpression" || (node.type === "NewExpression" && (node.arguments ?? []).length === 0);
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "span" in value;
}

function walk(value: unknown, visit: (node: SyntaxNode) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (isSyntaxNode(value)) visit(value);
  for (const part of Object.values(value)) walk(part, visit);
}

function lineAt(bytes: Buffer, offset: number): number {
  return bytes.subarray(0, offset).toString().split("\n").length;
}

function checkSources(): number {
  const files = globSync("{src,resolvers,sources,sandbox}/**/*.ts", { cwd: ROOT, exclude: ["src/generated/**"] });
  if (!files.some((it) => CORE.test(it))) throw new Error("Nothing was checked: no file of the core was found");
  let found = 0;
  for (const file of files) {
    for (const { line, why } of findBrokenRules(file, readFileSync(join(ROOT, file), "utf8"))) {
      console.error(`${file}:${line}: ${why}`);
      found += 1;
    }
  }
  console.log(`${found} broken rules in ${files.length} files`);
  return found === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) process.exitCode = checkSources();
