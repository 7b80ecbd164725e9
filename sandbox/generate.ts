import type { Catalog } from "./iceberg-rest/catalog.ts";
import type { StructField, TableMetadata } from "./iceberg-rest/metadata.ts";
import { emptyTable } from "./iceberg-rest/new-table.ts";
import { seededRandom, seededUuid } from "./iceberg-rest/seeded-random.ts";
import type { GeneratedTable } from "./iceberg-rest/stored-table.ts";
import { metadataFile } from "./iceberg-rest/tables.ts";

const TABLES_PER_NAMESPACE = 500;
const COLUMNS = 12;
/** 2026-01-01, so that what is generated is the same every day. */
const CREATED_AT = 1_767_225_600_000;

const DOMAINS = ["sales", "finance", "logistics", "marketing", "support", "risk", "people", "product"];
const SUBJECTS = [
  "orders",
  "payments",
  "shipments",
  "campaigns",
  "tickets",
  "accounts",
  "visits",
  "prices",
  "contracts",
  "events",
];
const FORMS = ["raw", "clean", "daily", "current", "history", "enriched"];
const LEVELS = ["PUBLIC", "INTERNAL", "INTERNAL", "CONFIDENTIAL", "RESTRICTED"];
const TEAMS = ["data-platform", "analytics", "finance-data", "crm", "supply-chain", "growth"];
const COLUMN_POOL: readonly (readonly [
  name: string,
  type: string,
  doc?: string | undefined,
  classification?: string,
])[] = [
  ["created_at", "timestamptz", "When the row was written, UTC."],
  ["updated_at", "timestamptz"],
  ["customer_id", "long", "Key of the customer."],
  ["email", "string", "Address that the customer gave.", "pii.email"],
  ["full_name", "string", undefined, "pii.name"],
  ["phone", "string", undefined, "pii.phone"],
  ["country", "string", "ISO 3166-1 alpha-2."],
  ["amount", "decimal(12,2)", "In the currency of `currency`."],
  ["currency", "string", "ISO 4217."],
  ["quantity", "int"],
  ["status", "string"],
  ["channel", "string", "Where it came from."],
  ["region", "string"],
  ["sku", "string"],
  ["discount", "decimal(5,2)"],
  ["ip_address", "string", undefined, "pii.ip"],
  ["birth_date", "date", undefined, "pii.birth-date"],
  ["event_date", "date", "Day of the event."],
  ["is_test", "boolean"],
  ["score", "double"],
  ["source_system", "string"],
  ["batch_id", "long"],
  ["comment", "string"],
];

/**
 * Fills an empty catalog with `count` tables in namespaces of 500, the same ones every time: what a lakehouse of that size
 * looks like to a scan. They take memory only once they are changed.
 */
export function seedGenerated(catalog: Catalog, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0 || count > 10_000_000) {
    throw new RangeError(`The number of tables is a whole number up to 10,000,000, got ${count}.`);
  }
  catalog.namespaces.create(["lake"], { comment: "Generated tables", owner: "data-platform@example.com" });
  let namespace: readonly string[] = [];
  for (let index = 0; index < count; index += 1) {
    if (index % TABLES_PER_NAMESPACE === 0) {
      const part = index / TABLES_PER_NAMESPACE;
      const domain = DOMAINS[part % DOMAINS.length] as string;
      namespace = ["lake", `${domain}_${String(part).padStart(4, "0")}`];
      catalog.namespaces.create(namespace, { comment: `Part ${part}`, "concordat.domain": domain });
    }
    catalog.tables.addGenerated(namespace, tableName(index), generatedTable(index));
  }
}

/** Table number `index` of every generated lakehouse. */
export function generatedTable(index: number): GeneratedTable {
  return new Generated(index);
}

/** Holds its number alone; all else is worked out when somebody asks. */
class Generated implements GeneratedTable {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }

  get uuid(): string {
    return seededUuid(seededRandom(this.index));
  }

  get metadataLocation(): string {
    return metadataFile(this.#location, 0, this.uuid);
  }

  get #location(): string {
    return `s3://sandbox-warehouse/lake/${tableName(this.index)}`;
  }

  metadata(): TableMetadata {
    const random = seededRandom(this.index + 1);
    const start = Math.floor(random() * COLUMN_POOL.length);
    const fields: StructField[] = [{ id: 1, name: "id", type: "long", required: true, doc: "Key." }];
    const tags: Record<string, string> = {};
    for (let id = 2; id <= COLUMNS; id += 1) {
      const [name, type, doc, tag] = COLUMN_POOL[(start + id * 2) % COLUMN_POOL.length] as (typeof COLUMN_POOL)[number];
      fields.push({ id, name, type, required: false, ...(doc === undefined ? {} : { doc }) });
      if (tag) tags[`concordat.columns.${id}.classifications`] = JSON.stringify([tag]);
    }
    return {
      ...emptyTable(this.uuid, this.#location, CREATED_AT + this.index * 1000),
      "last-column-id": COLUMNS,
      "current-schema-id": 0,
      schemas: [{ type: "struct", "schema-id": 0, fields }],
      "default-spec-id": 0,
      "partition-specs": [{ "spec-id": 0, fields: [] }],
      "default-sort-order-id": 0,
      "sort-orders": [{ "order-id": 0, fields: [] }],
      properties: { ...this.#properties(random), ...tags },
    };
  }

  #properties(random: () => number): Record<string, string> {
    const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] as string;
    const name = tableName(this.index);
    const some: [string, string, number][] = [
      ["comment", `${name}, as the ${pick(TEAMS)} team keeps it.`, 0.9],
      [
        "owner",
        [...new Set([pick(TEAMS), pick(TEAMS)])]
          .sort()
          .map((it) => `${it}@example.com`)
          .join(","),
        0.95,
      ],
      ["concordat.domain", DOMAINS[Math.floor(this.index / TABLES_PER_NAMESPACE) % DOMAINS.length] as string, 0.8],
      ["concordat.sensitivity", pick(LEVELS), 0.7],
      ["concordat.retention", '{"duration":"P7Y","basis":"tax law","legalHold":false}', 0.3],
      ["concordat.classifications", '["ops.tier=gold"]', 0.2],
      ["concordat.custom.costCenter", JSON.stringify(`cc-${100 + (this.index % 40)}`), 0.3],
    ];
    return Object.fromEntries(some.filter(([, , share]) => random() < share).map(([key, value]) => [key, value]));
  }
}

function tableName(index: number): string {
  const subject = SUBJECTS[index % SUBJECTS.length] as string;
  const form = FORMS[Math.floor(index / SUBJECTS.length) % FORMS.length] as string;
  return `${subject}_${form}_${String(index).padStart(6, "0")}`;
}
