import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test, vi } from "vitest";
import { replaceFile } from "../../src/server/durable-file.ts";

const did = vi.hoisted((): string[] => []);
vi.mock(import("node:fs/promises"), async (importOriginal) => {
  const fs = await importOriginal();
  const open: typeof fs.open = async (path, ...rest) => {
    const file = await fs.open(path, ...rest);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      did.push(`sync ${basename(String(path))}`);
      await sync();
    };
    return file;
  };
  const rename: typeof fs.rename = async (from, to) => {
    did.push(`rename ${basename(String(from))}`);
    await fs.rename(from, to);
  };
  return { ...fs, open, rename };
});

test.skipIf(process.platform === "win32")(
  "what replaces a file is durable before it takes its name, and so is the name",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "concordat-durable-"));
    try {
      await replaceFile(join(folder, "it.json"), "one");
      expect(did).toEqual(["sync it.json.tmp", "rename it.json.tmp", `sync ${basename(folder)}`]);
      await replaceFile(join(folder, "it.json"), "two");
      expect(await readFile(join(folder, "it.json"), "utf8")).toBe("two");
      expect(await readdir(folder)).toEqual(["it.json"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
