import { lstat, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Config } from "../config/config.ts";
import { dataFiles, isOwnFile } from "../server/data-folder.ts";
import { EXIT } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/**
 * Deletes Concordat's own files in the data folder, and never the folder.
 *
 * @returns the names of the deleted files.
 * @throws Failure, and deletes nothing, if the folder holds anything else, if a gateway has it open, or if the ledger is elsewhere.
 */
export async function resetDataFolder({ dataFolder, ledger }: Config): Promise<readonly string[]> {
  if (ledger.engine !== "sqlite") {
    throw refuse(
      "--reset begins anew only where the ledger is a file in the data folder, and this one is in PostgreSQL. Drop its tables there yourself.",
    );
  }
  const names = await listFolder(dataFolder);
  const foreign: string[] = [];
  for (const name of names) {
    if (!isOwnFile(name) || (await lstat(join(dataFolder, name))).isDirectory()) foreign.push(name);
  }
  if (foreign.length > 0) {
    const shown = foreign.slice(0, 5).join(", ") + (foreign.length > 5 ? ", …" : "");
    throw refuse(
      `--reset deletes nothing: ${dataFolder} holds what is not Concordat's (${shown}). Move that away, or set CONCORDAT_DATA to another folder.`,
    );
  }
  if (isInUse(dataFiles(dataFolder).ledger)) {
    throw refuse(`--reset deletes nothing: a gateway is running with ${dataFolder}. Stop it first.`);
  }
  const own = (await listFolder(dataFolder)).filter(isOwnFile); // again: having looked into the database may have left files
  for (const name of own) await deleteFile(join(dataFolder, name));
  return own;
}

async function deleteFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw refuse(`--reset cannot delete ${path}: ${message}. Change the folder's permissions.`);
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw refuse(
      code === "ENOTDIR"
        ? `The data folder ${folder} is a file. Set CONCORDAT_DATA to a folder.`
        : `The data folder cannot be read: ${message}.`,
    );
  }
}

/** Whether another process holds the database; what is no database is in nobody's use. */
function isInUse(file: string): boolean {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    database.exec("select count(*) from sqlite_schema");
    return false;
  } catch (error) {
    return error instanceof Error && /locked|busy/i.test(error.message);
  } finally {
    database?.close();
  }
}

function refuse(message: string): Failure {
  return new Failure("RESET_REFUSED", message, EXIT.attention);
}
