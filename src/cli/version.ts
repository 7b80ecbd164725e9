import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { z } from "zod";

/** The version of the package that this file belongs to, as a clone and as a published package. */
export function packageVersion(): string {
  const path = findPackageJSON(import.meta.url);
  const { version } = z
    .looseObject({ version: z.string() })
    .parse(path === undefined ? {} : JSON.parse(readFileSync(path, "utf8")));
  return version;
}
