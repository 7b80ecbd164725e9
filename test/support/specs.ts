import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { parse } from "yaml";

/** The published API descriptions: they lie beside the checkout, and are no part of it. */
const FOLDER = fileURLToPath(new URL("../../../shared/specs/", import.meta.url));

/** A suite that holds wire shapes against published descriptions; skipped by name where they are not at hand. */
export function describeWithSpecs(title: string, body: () => void): void {
  if (existsSync(FOLDER)) describe(title, body);
  // A suite that is skipped is collected all the same, and its body reads what is not there.
  else
    describe.skip(`${title} (skipped: the API descriptions are not beside the checkout, in ../shared/specs)`, () => {
      test("the shapes on the wire", () => {});
    });
}

export function readSpec(name: string): unknown {
  return parse(readFileSync(`${FOLDER}${name}`, "utf8"), { maxAliasCount: -1 });
}
