import { type ColumnField, PLAIN_FIELDS, type PlainField } from "../domain/field.ts";
import type { AssetState } from "../domain/state.ts";
import type { FieldView, Gateway } from "../ports/gateway.ts";
import type { FieldViews } from "./context.ts";
import type { ColumnModel } from "./models.ts";

type ByPath = ReadonlyMap<string, FieldView>;

/** Views for one request: all plain fields of an asset, or one field of all the columns of a page, are computed in one go. */
export function createFieldViews(gateway: Pick<Gateway, "viewFields">): FieldViews {
  const all = new WeakMap<AssetState, readonly FieldView[]>();
  const plain = new WeakMap<AssetState, ByPath>();
  const columns = new WeakMap<ColumnModel["page"], Map<ColumnField, ByPath>>();
  return {
    all: (state) => remember(all, state, () => gateway.viewFields(state)),
    plain: (state: AssetState, field: PlainField) =>
      remember(plain, state, () => byPath(gateway.viewFields(state, PLAIN_FIELDS))).get(field),
    custom(state, name) {
      const path = `custom.${name}`;
      return gateway.viewFields(state, [path]).find((it) => it.path === path);
    },
    column({ state, column, page }, field) {
      const byField = remember(columns, page, () => new Map<ColumnField, ByPath>());
      let views = byField.get(field);
      if (!views) {
        views = byPath(
          gateway.viewFields(
            state,
            page.map((it) => columnPath(it.name, field)),
          ),
        );
        byField.set(field, views);
      }
      return views.get(columnPath(column.name, field));
    },
    named: (state, paths) => gateway.viewFields(state, paths),
  };
}

function columnPath(column: string, field: ColumnField): string {
  return `columns.${column}.${field}`;
}

function byPath(views: readonly FieldView[]): ByPath {
  return new Map(views.map((it) => [it.path, it]));
}

function remember<K extends object, V>(values: WeakMap<K, V>, key: K, compute: () => V): V {
  let value = values.get(key);
  if (value === undefined) {
    value = compute();
    values.set(key, value);
  }
  return value;
}
