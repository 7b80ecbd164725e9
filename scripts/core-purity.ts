/**
 * Finds what the linter cannot tell from its innocent sibling: `new Date()` and `Date()`, which read the clock, where
 * `new Date(it)` does not. In the core the time is a parameter. Exit code 1 if the core reads the clock.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseSync } from "@swc/core";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CORE = "src/{domain,treaty,plan,ports,route,reconcile,delivery,log,ingest,access,evidence}/**/*.ts";

/** @returns the 1-based lines of `source`, a TypeScript module, on which it reads the clock. */
export function findClockReads(source: string): readonly number[] {
  // swc counts bytes on from what it parsed before; an empty module tells from where.
  const start = parseSync("", { syntax: "typescript" }).span.end;
  const bytes = Buffer.from(source);
  const lines: number[] = [];
  walk(parseSync(source, { syntax: "typescript", target: "esnext" }), (node) => {
    if (readsClock(node))
      lines.push(
        bytes
          .subarray(0, node.span.start - start)
          .toString()
          .split("\n").length,
      );
  });
  return lines;
}

interface SyntaxNode {
  readonly type: string;
  readonly span: { readonly start: number };
  readonly callee?: unknown;
  readonly arguments?: readonly unknown[] | null;
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

function checkCore(): number {
  const files = globSync(CORE, { cwd: ROOT });
  if (files.length === 0) throw new Error(`Nothing was checked: no file matches ${CORE}`);
  let found = 0;
  for (const file of files) {
    for (const line of findClockReads(readFileSync(join(ROOT, file), "utf8"))) {
      console.error(`${file}:${line}: reads the clock; take ports/clock.ts as a parameter`);
      found += 1;
    }
  }
  console.log(`${found} clock reads in ${files.length} files of the core`);
  return found === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) process.exitCode = checkCore();
