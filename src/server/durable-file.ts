import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Puts `text` in the place of the file. After a crash of the machine it holds that or what it held before, and never half of it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.tmp`;
  const file = await open(next, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await syncFolder(dirname(path));
}

/** What a folder lists outlives a crash once the folder itself is synced. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
