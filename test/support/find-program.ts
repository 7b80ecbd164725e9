import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The full path of a program on PATH. */
export function findCommand(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((it) => it !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** A PostgreSQL server program, such as `postgres` or `initdb`: Debian keeps them off PATH, one folder a version. */
export function findPostgresBinary(name: string): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((it) => join(debian, it, "bin", name)).find(isExecutable) ?? findCommand(name);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
