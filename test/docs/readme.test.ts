import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildASTSchema, concatAST, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md"];
const DECISIONS = readdirSync(join(ROOT, "docs/decisions")).map((it) => `docs/decisions/${it}`);

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Every text that the pattern's first group finds. */
function findAll(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((it) => it[1] as string);
}

/** A heading as the name that a link to it has. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
}

describe("the README", () => {
  const fenced = findAll(read("README.md"), /^ *```graphql\n(.*?)^ *```$/gms);
  const sent = findAll(read("README.md"), /"query":\s*"([^"]+)"/g);

  test("shows a query, a mutation and a subscription that fit the graph", () => {
    const files = readdirSync(join(ROOT, "schema")).filter((it) => it.endsWith(".graphql"));
    const schema = buildASTSchema(concatAST(files.map((it) => parse(read(`schema/${it}`)))));
    const documents = [...fenced, ...sent].map((it) => parse(it));
    for (const document of documents) expect(validate(schema, document)).toEqual([]);
    const operations = documents.flatMap((it) => it.definitions).map((it) => "operation" in it && it.operation);
    expect(new Set(operations)).toEqual(new Set(["query", "mutation", "subscription"]));
  });
});

describe("the documentation", () => {
  test.each([...DOCUMENTS, ...DECISIONS])("%s links only to what is there", (path) => {
    const folder = path.startsWith("docs/") ? "docs/decisions" : "";
    const links = findAll(read(path), /\]\(([^)\s]+)\)/g).filter((it) => !/^https?:/.test(it));
    const broken = links.filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : join(folder, file);
      if (!existsSync(join(ROOT, target))) return true;
      return (
        anchor !== undefined &&
        !findAll(read(target), /^#+ (.+)$/gm)
          .map(toAnchor)
          .includes(anchor)
      );
    });
    expect(broken).toEqual([]);
  });

  test.each(["ARCHITECTURE.md", ...DECISIONS])("%s names only files and folders that are there", (path) => {
    const names = /`((?:src|sources|resolvers|schema|sandbox|scripts|bench|bin|docs|test)\/[\w./-]*)`/g;
    expect(findAll(read(path), names).filter((it) => !existsSync(join(ROOT, it)))).toEqual([]);
  });

  test("ARCHITECTURE.md tells the role of every folder of the sources, and a test for every invariant", () => {
    const text = read("ARCHITECTURE.md");
    const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((it) => it.isDirectory());
    expect(folders.map((it) => `src/${it.name}/`).filter((it) => !text.includes(`| \`${it}\` |`))).toEqual([]);
    const invariants = findAll(text, /^\| (P\d+) .*`test\/[^`]+`.*\|$/gm);
    expect(invariants).toEqual(Array.from({ length: 12 }, (_, index) => `P${index + 1}`));
  });

  test("each decision says its context, what was decided, and what follows", () => {
    expect(DECISIONS.length).toBeGreaterThan(0);
    for (const path of DECISIONS) {
      expect(findAll(read(path), /^## (.+)$/gm), path).toEqual(["Context", "Decision", "Consequences"]);
      const [number] = findAll(path, /\/(\d{4})-/g);
      expect(read(path), path).toMatch(new RegExp(`^# ${number}\\. `));
    }
  });
});
