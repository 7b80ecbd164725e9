import type { ColumnField } from "../../src/domain/field.ts";

/** The public path of a field of the asset itself, or of its column where one is named. */
export function columnPath(column: string | null | undefined, field: ColumnField): string {
  return column == null ? field : `columns.${column}.${field}`;
}
