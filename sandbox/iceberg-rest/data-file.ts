import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Catalog } from "./catalog.ts";
import { parseExactJson, stringifyExactJson } from "./exact-json.ts";
import type { TableMetadata } from "./metadata.ts";
import { type GeneratedTable, StoredTable } from "./stored-table.ts";
import type { ViewMetadata } from "./view-metadata.ts";

const named = { namespace: z.array(z.string()), name: z.string(), version: z.int(), location: z.string() };
const shape = z.object({
  format: z.literal(1),
  namespaces: z.array(z.object({ path: z.array(z.string()), properties: z.record(z.string(), z.string()) })),
  tables: z.array(
    z.object({
      ...named,
      /** Instead of the metadata: a generated table that nobody has changed. */
      generated: z.int().exactOptional(),
      metadata: z.custom<TableMetadata>((it) => typeof it === "object" && it !== null).exactOptional(),
    }),
  ),
  views: z.array(
    z.object({ ...named, metadata: z.custom<ViewMetadata>((it) => typeof it === "object" && it !== null) }),
  ),
});

/**
 * Fills an empty catalog from what `DataFile` wrote. False if there is no such file.
 *
 * @throws Error if the file cannot be read, or is no such file; says what to do.
 */
export async function loadDataFile(
  path: string,
  catalog: Catalog,
  generate: (index: number) => GeneratedTable,
): Promise<boolean> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return false;
  let state: z.infer<typeof shape>;
  try {
    state = shape.parse(parseExactJson(text));
  } catch {
    throw new Error(`${path} is no data file of the Iceberg sandbox. Remove it to begin anew, or name another.`);
  }
  for (const { path, properties } of state.namespaces) catalog.namespaces.create(path, properties);
  for (const { namespace, name, version, location, generated, metadata } of state.tables) {
    const table = metadata ? new StoredTable(metadata, version, location) : new StoredTable(generate(generated ?? 0));
    catalog.tables.restore(namespace, name, table);
  }
  for (const { namespace, name, version, location, metadata } of state.views) {
    catalog.views.restore(namespace, name, { metadata, version, metadataLocation: location });
  }
  return true;
}

/** Keeps a catalog in a file: soon after every change, in one step (a reader sees the old or the new state, never half of one). */
export class DataFile implements AsyncDisposable {
  readonly #path: string;
  readonly #catalog: Catalog;
  readonly #delayMs: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, catalog: Catalog, delayMs = 100) {
    this.#path = path;
    this.#catalog = catalog;
    this.#delayMs = delayMs;
  }

  /** Writes within the delay, however many changes follow. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: Error) =>
        process.emitWarning(`The sandbox cannot write ${this.#path}: ${error.message}`),
      );
    }, this.#delayMs);
  }

  /** Writes now. @throws Error if the file cannot be written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const write = this.#writing.catch(() => {}).then(() => this.#write());
    this.#writing = write;
    await write;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer) await this.flush();
    else await this.#writing;
  }

  async #write(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.tmp`;
    const file = await open(temporary, "w");
    try {
      await file.writeFile(serialise(this.#catalog));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }
}

function serialise(catalog: Catalog): string {
  const namespaces: string[] = [];
  const tables: string[] = [];
  const views: string[] = [];
  for (const { path, properties, tables: own, views: ownViews } of catalog.namespaces.all()) {
    namespaces.push(JSON.stringify({ path, properties }));
    for (const [name, { version, metadataLocation: location, generated, metadata }] of own.entries()) {
      const content = generated ? { generated: generated.index } : { metadata };
      tables.push(stringifyExactJson({ namespace: path, name, version, location, ...content }));
    }
    for (const [name, { version, metadataLocation: location, metadata }] of ownViews.entries()) {
      views.push(JSON.stringify({ namespace: path, name, version, location, metadata }));
    }
  }
  const list = (lines: string[]): string => `[\n${lines.join(",\n")}\n]`;
  return `{"format":1,\n"namespaces":${list(namespaces)},\n"tables":${list(tables)},\n"views":${list(views)}}\n`;
}
