/**
 * Writes the JSON Schemas of the configuration and of a treaty, by which editors complete and check those files.
 * With --check it says which of them is out of date instead, exit code 1 if one is.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { configJsonSchema, treatyJsonSchema } from "../src/config/json-schema.ts";

const SCHEMAS = { "concordat.schema.json": configJsonSchema, "concordat-treaty.schema.json": treatyJsonSchema };

function isCurrent(file: URL, text: string): boolean {
  try {
    return readFileSync(file, "utf8") === text;
  } catch {
    return false;
  }
}

for (const [name, toSchema] of Object.entries(SCHEMAS)) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = `${JSON.stringify(toSchema(), null, 2)}\n`;
  if (!argv.includes("--check")) {
    writeFileSync(file, text);
  } else if (!isCurrent(file, text)) {
    console.error(`${name} is not what src/config says: run npm run codegen`);
    process.exitCode = 1;
  }
}
