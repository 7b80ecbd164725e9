import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Environment } from "./environment.ts";

/** Where secrets may be found, and whom to tell when one is not there. */
export interface SecretLookup {
  readonly env: Environment;
  /** Absolute path of the config file's folder. */
  readonly folder: string;
  /** `setting` is the key below the map that is being read: "tokenFromEnv". */
  readonly missing: (setting: string, message: string) => void;
}

const MAX_BYTES = 64 * 1024;

/** The secret `name` as `nameFromEnv` or `nameFromFile` tells; "" where it is missing, which has then been told. */
export function readSecret(
  name: string,
  fromEnv: string | undefined,
  fromFile: string | undefined,
  lookup: SecretLookup,
): string {
  if (fromEnv !== undefined) {
    const value = lookup.env[fromEnv]?.trim() ?? "";
    if (value === "")
      lookup.missing(`${name}FromEnv`, `The environment variable ${fromEnv} is not set, or empty. Set it.`);
    return value;
  }
  return fromFile === undefined ? "" : readSecretFile(`${name}FromFile`, fromFile, lookup);
}

function readSecretFile(setting: string, file: string, lookup: SecretLookup): string {
  try {
    const bytes = readFileSync(resolve(lookup.folder, file));
    const value = bytes.toString("utf8").trim();
    if (value !== "" && bytes.length <= MAX_BYTES) return value;
    lookup.missing(
      setting,
      value === "" ? `The file ${file} is empty.` : `The file ${file} is too large for a secret.`,
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    lookup.missing(
      setting,
      `The file ${file} cannot be read${code ? ` (${code})` : ""}. Check its path and permissions.`,
    );
  }
  return "";
}
