import { Agent } from "undici";

/** A namespace is what one team has, and what its dashboard follows. */
const TABLES_A_NAMESPACE = 40;
const COLUMNS = ["id", "created_at", "updated_at", "customer", "amount", "currency", "status", "channel"];

export interface LakehouseTable {
  readonly namespace: string;
  readonly name: string;
}

/** Names of tables, by their number. */
export function tableAt(index: number): LakehouseTable {
  const team = String(Math.floor(index / TABLES_A_NAMESPACE)).padStart(3, "0");
  return { namespace: `team_${team}`, name: `table_${String(index).padStart(5, "0")}` };
}

/** Makes `count` tables of eight columns in a sandbox that has none. */
export async function fillLakehouse(origin: string, count: number): Promise<void> {
  const agent = new Agent({ connections: 8 });
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await agent.request({
      origin,
      path,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
  };
  const tables = Array.from({ length: count }, (_, index) => tableAt(index));
  for (const namespace of new Set(tables.map((it) => it.namespace))) {
    await post("/v1/namespaces", { namespace: [namespace], properties: { owner: `${namespace}@example.com` } });
  }
  await Promise.all(
    tables.map(({ name, namespace }) => post(`/v1/namespaces/${namespace}/tables`, newTable(name, namespace))),
  );
  await agent.destroy();
}

function newTable(name: string, namespace: string): object {
  const fields = COLUMNS.map((column, index) => ({
    id: index + 1,
    name: column,
    type: "string",
    required: false,
    doc: `${column} of ${name}`,
  }));
  return {
    name,
    schema: { type: "struct", "schema-id": 0, fields },
    properties: {
      comment: `${name}, as it was made`,
      owner: `${namespace}@example.com`,
      "concordat.domain": "unsorted",
      "concordat.sensitivity": "INTERNAL",
    },
  };
}

/** The properties of each table that the sandbox holds now, in the order asked. */
export async function readProperties(
  origin: string,
  tables: readonly LakehouseTable[],
): Promise<readonly Readonly<Record<string, string>>[]> {
  const agent = new Agent({ connections: 8 });
  const read = async ({ name, namespace }: LakehouseTable) => {
    const { body } = await agent.request({
      origin,
      path: `/v1/namespaces/${namespace}/tables/${name}`,
      method: "GET",
    });
    const { metadata } = (await body.json()) as { metadata: { properties: Record<string, string> } };
    return metadata.properties;
  };
  const properties = await Promise.all(tables.map(read));
  await agent.destroy();
  return properties;
}
