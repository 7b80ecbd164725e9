import { commitFailed } from "./catalog-error.ts";
import type { TableMetadata } from "./metadata.ts";
import type { TableRequirement } from "./requests.ts";

/**
 * Checks what a commit asserts of the table it builds on; `undefined`: there is no such table.
 *
 * @throws CatalogError 409 CommitFailedException at the first requirement that does not hold.
 */
export function checkRequirements(table: TableMetadata | undefined, requirements: readonly TableRequirement[]): void {
  for (const it of requirements) {
    if (it.type === "assert-create") {
      if (table) throw commitFailed("Requirement failed: table already exists");
    } else if (!table) {
      throw commitFailed(`Requirement failed: ${it.type}: the table does not exist`);
    } else {
      checkRequirement(table, it);
    }
  }
}

function checkRequirement(table: TableMetadata, it: Exclude<TableRequirement, { type: "assert-create" }>): void {
  switch (it.type) {
    case "assert-table-uuid":
      return expect("UUID", it.uuid.toLowerCase(), table["table-uuid"]);
    case "assert-ref-snapshot-id":
      return expect(`branch or tag ${it.ref}`, it["snapshot-id"] ?? undefined, table.refs[it.ref]?.["snapshot-id"]);
    case "assert-last-assigned-field-id":
      return expect("last assigned field id", it["last-assigned-field-id"], table["last-column-id"]);
    case "assert-current-schema-id":
      return expect("current schema", it["current-schema-id"], table["current-schema-id"]);
    case "assert-last-assigned-partition-id":
      return expect("last assigned partition id", it["last-assigned-partition-id"], table["last-partition-id"]);
    case "assert-default-spec-id":
      return expect("default partition spec", it["default-spec-id"], table["default-spec-id"]);
    case "assert-default-sort-order-id":
      return expect("default sort order", it["default-sort-order-id"], table["default-sort-order-id"]);
    default:
      return it satisfies never;
  }
}

function expect<T>(what: string, expected: T, found: T): void {
  if (expected !== found) {
    throw commitFailed(
      `Requirement failed: ${what} has changed: expected ${String(expected ?? "none")}, found ${String(found ?? "none")}`,
    );
  }
}
