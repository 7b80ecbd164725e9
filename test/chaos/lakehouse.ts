import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { IcebergEditor } from "../support/iceberg-editor.ts";

const SANDBOX = fileURLToPath(new URL("../../sandbox/main.ts", import.meta.url));

/** The sandbox lakehouse in a process of its own, which outlives every gateway. */
export interface Lakehouse extends AsyncDisposable {
  readonly url: string;
  readonly editor: IcebergEditor;
}

export async function startLakehouse(tables: readonly string[]): Promise<Lakehouse> {
  const child = spawn(process.execPath, [SANDBOX, "--port", "0", "--seed", "empty"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const dispose = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  try {
    const said = once(createInterface({ input: child.stdout }), "line");
    const first = await Promise.race([said, ended.then(() => undefined)]);
    if (!first) throw new Error("The sandbox ended at once.");
    const { url } = JSON.parse(String(first[0])) as { url: string };
    const editor = new IcebergEditor(url);
    for (const namespace of new Set(tables.map((it) => it.split(".")[0] ?? "")))
      await editor.createNamespace([namespace]);
    const schema = { type: "struct" as const, fields: [{ id: 1, name: "id", type: "long", required: false }] };
    for (const it of tables) {
      await editor.createTable(it.split("."), schema, { comment: `start.${it}`, "concordat.domain": `start.${it}` });
    }
    return { url, editor, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** What the lakehouse holds, asked of itself. */
export async function readLakehouse(
  { editor }: Lakehouse,
  tables: readonly string[],
): Promise<Record<string, Record<string, string>>> {
  const held: Record<string, Record<string, string>> = {};
  for (const it of tables) {
    const metadata = await editor.metadata({ kind: "TABLE", name: it.split("."), stableId: null });
    held[it] = { ...(metadata["properties"] as Record<string, string>) };
  }
  return held;
}
