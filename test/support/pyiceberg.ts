import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findPython } from "./services.ts";

/** A top-level column; `type` as Iceberg writes it in a schema: "long", "decimal(7, 2)", or a nested type's object. */
export interface ForeignColumn {
  readonly name: string;
  readonly type: string | object;
  readonly required?: boolean;
  readonly doc?: string;
}

export interface ForeignTable {
  readonly uuid: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly columns: readonly {
    readonly id: number;
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
    readonly doc: string | null;
  }[];
}

/**
 * Somebody else who works on the lakehouse: pyiceberg, in a Python process of its own. Names are dotted: "sales.orders",
 * "sales.eu.orders". Every call rejects with pyiceberg's error where it refuses.
 */
export interface ForeignWriter extends AsyncDisposable {
  createNamespace(name: string, properties?: Readonly<Record<string, string>>): Promise<void>;
  dropNamespace(name: string): Promise<void>;
  /** null removes a property. */
  setNamespaceProperty(name: string, key: string, value: string | null): Promise<void>;
  namespaceProperties(name: string): Promise<Readonly<Record<string, string>>>;
  /** Gives the table's UUID. */
  createTable(
    name: string,
    columns: readonly ForeignColumn[],
    properties?: Readonly<Record<string, string>>,
  ): Promise<string>;
  dropTable(name: string): Promise<void>;
  renameTable(from: string, to: string): Promise<void>;
  setProperty(table: string, key: string, value: string): Promise<void>;
  setProperties(table: string, properties: Readonly<Record<string, string>>): Promise<void>;
  removeProperty(table: string, key: string): Promise<void>;
  /** An empty text removes it. A nested column is dotted: "address.city". */
  setColumnDoc(table: string, column: string, doc: string): Promise<void>;
  renameColumn(table: string, column: string, to: string): Promise<void>;
  addColumn(table: string, column: string, type: string): Promise<void>;
  dropColumn(table: string, column: string): Promise<void>;
  readTable(name: string): Promise<ForeignTable>;
  readProperty(table: string, key: string): Promise<string | undefined>;
}

/** @param properties of the pyiceberg catalog, such as `token` or `warehouse`. */
export async function startForeignWriter(
  uri: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<ForeignWriter> {
  const python = await PythonLines.start([uri, JSON.stringify(properties)]);
  const call = (name: string, ...values: readonly unknown[]): Promise<unknown> => python.call(name, values);
  const edit = async (name: string, ...values: readonly unknown[]): Promise<void> => void (await call(name, ...values));
  const readTable = async (name: string): Promise<ForeignTable> => (await call("table", path(name))) as ForeignTable;
  return {
    createNamespace: (name, props = {}) => edit("create_namespace", path(name), props),
    dropNamespace: (name) => edit("drop_namespace", path(name)),
    setNamespaceProperty: (name, key, value) =>
      edit("set_namespace_properties", path(name), value === null ? {} : { [key]: value }, value === null ? [key] : []),
    namespaceProperties: async (name) => (await call("namespace_properties", path(name))) as Record<string, string>,
    createTable: async (name, columns, props = {}) =>
      (await call("create_table", path(name), columns, props)) as string,
    dropTable: (name) => edit("drop_table", path(name)),
    renameTable: (from, to) => edit("rename_table", path(from), path(to)),
    setProperty: (table, key, value) => edit("set_properties", path(table), { [key]: value }),
    setProperties: (table, props) => edit("set_properties", path(table), props),
    removeProperty: (table, key) => edit("remove_properties", path(table), [key]),
    setColumnDoc: (table, column, doc) => edit("set_column_doc", path(table), path(column), doc),
    renameColumn: (table, column, to) => edit("rename_column", path(table), path(column), to),
    addColumn: (table, column, type) => edit("add_column", path(table), column, type),
    dropColumn: (table, column) => edit("drop_column", path(table), path(column)),
    readTable,
    readProperty: async (table, key) => (await readTable(table)).properties[key],
    [Symbol.asyncDispose]: () => python[Symbol.asyncDispose](),
  };
}

function path(name: string): string[] {
  return name.split(".");
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string };

/** A Python process that answers JSON lines, one call after the other. */
class PythonLines implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>;
  readonly #waiting: PromiseWithResolvers<Answer>[] = [];
  #errors = "";

  static async start(args: readonly string[]): Promise<PythonLines> {
    const python = findPython();
    if (!python) throw new Error("No Python with pyiceberg: run scripts/python-env.sh.");
    const program = fileURLToPath(new URL("./foreign-writer.py", import.meta.url));
    const lines = new PythonLines(spawn(python, [program, ...args], { stdio: "pipe" }));
    await once(lines.#child, "spawn");
    return lines;
  }

  constructor(child: ReturnType<typeof spawn>) {
    this.#child = child;
    if (!child.stdout || !child.stderr) throw new TypeError("The process has no pipes.");
    createInterface({ input: child.stdout }).on("line", (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line) as Answer),
    );
    child.stderr.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString("utf8")).slice(-5_000);
    });
    child.on("exit", () => {
      for (const it of this.#waiting.splice(0)) it.reject(new Error(`Python ended: ${this.#errors}`));
    });
  }

  async call(name: string, values: readonly unknown[]): Promise<unknown> {
    if (this.#child.exitCode !== null) throw new Error(`Python ended: ${this.#errors}`);
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.push(answer);
    this.#child.stdin?.write(`${JSON.stringify({ call: name, arguments: values })}\n`);
    const result = await answer.promise;
    if (!result.ok) throw new Error(`pyiceberg: ${result.error}`);
    return result.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.stdin?.end();
    await exited;
  }
}
