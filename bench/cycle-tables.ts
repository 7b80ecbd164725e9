import { generatedTable } from "../sandbox/generate.ts";
import type { GeneratedTable } from "../sandbox/iceberg-rest/stored-table.ts";

/** A namespace is what one team keeps. */
const TABLES_A_NAMESPACE = 500;

export interface CycleTable {
  readonly namespace: readonly string[];
  readonly name: string;
}

export function tableAt(index: number): CycleTable {
  const part = String(Math.floor(index / TABLES_A_NAMESPACE)).padStart(4, "0");
  return { namespace: ["lake", `part_${part}`], name: `table_${String(index).padStart(6, "0")}` };
}

export function dottedName({ name, namespace }: CycleTable): string {
  return [...namespace, name].join(".");
}

/** Ten fields of every table: by their path in the graph, the property in which the lakehouse holds them, and their values there. */
const FIELDS: readonly {
  readonly path: string;
  readonly property: string;
  readonly value: (index: number) => unknown;
  /** What somebody in the lakehouse writes over it; text of the property. */
  readonly edited: (index: number) => string;
}[] = [
  field(
    "owners",
    "owner",
    (it) => `team-${it % 40}@example.com`,
    (it) => `somebody-${it}@example.com`,
  ),
  field(
    "classifications",
    "concordat.classifications",
    () => ["ops.tier=gold"],
    (it) => `["ops.edited=${it}"]`,
  ),
  field(
    "sensitivity",
    "concordat.sensitivity",
    () => "INTERNAL",
    () => "RESTRICTED",
  ),
  field(
    "retention",
    "concordat.retention",
    () => ({ duration: "P7Y", basis: "tax law" }),
    () => '{"duration":"P1Y"}',
  ),
  field(
    "domain",
    "concordat.domain",
    (it) => `domain-${it % 25}`,
    (it) => `edited-${it}`,
  ),
  field(
    "description",
    "comment",
    (it) => `Table ${it}, as its team keeps it.`,
    (it) => `Edited ${it}.`,
  ),
  field(
    "lifecycle",
    "concordat.lifecycle",
    () => ({ stage: "ACTIVE" }),
    (it) => `{"stage":"DEPRECATED","note":"${it}"}`,
  ),
  field(
    "custom.costCenter",
    "concordat.custom.costCenter",
    (it) => `cc-${it % 100}`,
    (it) => `edited-${it}`,
  ),
  field(
    "custom.tier",
    "concordat.custom.tier",
    (it) => `t${it % 4}`,
    (it) => `edited-${it}`,
  ),
  field(
    "custom.steward",
    "concordat.custom.steward",
    (it) => `steward-${it % 60}`,
    (it) => `edited-${it}`,
  ),
];

function field(
  path: string,
  property: string,
  value: (index: number) => unknown,
  edited: (index: number) => string,
): (typeof FIELDS)[number] {
  return { path, property, value, edited };
}

/** One edit behind the gateway's back, of another field for each table. */
export function editOf(index: number, which = index % FIELDS.length): { path: string; property: string; text: string } {
  const { edited, path, property } = FIELDS[which] as (typeof FIELDS)[number];
  return { path, property, text: edited(index) };
}

export const DESCRIPTION = FIELDS.findIndex((it) => it.path === "description");

/** What a catalog that was filled from the lakehouse holds of it. */
export function recordAt(index: number) {
  const { name, namespace } = tableAt(index);
  const fields = Object.fromEntries(FIELDS.map(({ path, value }) => [path, toImport(path, value(index))]));
  return { kind: "TABLE" as const, name: [...namespace, name], fields };
}

function toImport(path: string, value: unknown): unknown {
  switch (path) {
    case "owners":
      return [value];
    case "classifications":
      return [{ name: "ops.tier", value: "gold" }];
    default:
      return value;
  }
}

/** The table as a lakehouse generates it, with these ten fields and no other; it takes memory only once it is changed. */
export function lakeTableAt(index: number): GeneratedTable {
  const generated = generatedTable(index);
  const properties = Object.fromEntries(FIELDS.map(({ property, value }) => [property, toText(value(index))]));
  return {
    index,
    uuid: generated.uuid,
    metadataLocation: generated.metadataLocation,
    metadata() {
      const metadata = generated.metadata();
      const schemas = metadata.schemas.map((it) => ({
        ...it,
        fields: it.fields.map(({ doc: _doc, ...rest }) => rest),
      }));
      return { ...metadata, schemas, properties };
    },
  };
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
