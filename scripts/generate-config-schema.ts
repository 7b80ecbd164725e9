import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema, treatyJsonSchema } from "../src/config/json-schema.ts";

/** Writes the JSON Schemas that editors complete the config files by: `node scripts/generate-config-schema.ts`. */
const folder = join(import.meta.dirname, "..");
writeFileSync(join(folder, "concordat.schema.json"), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
writeFileSync(join(folder, "concordat-treaty.schema.json"), `${JSON.stringify(treatyJsonSchema(), null, 2)}\n`);
