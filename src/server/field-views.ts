import { type ColumnField, PLAIN_FIELDS, type PlainField } from "../domain/field.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { FieldViews } from "./context.ts";
import type { AssetModel, ColumnModel, FieldModel } from "./models.ts";

type ByPath = ReadonlyMap<string, FieldModel>;

/** Views for one request: all plain fields of an asset, or one field of all the columns of a page, are computed in one go. */
export function createFieldViews(gateway: Pick<Gateway, "viewFields">): FieldViews {
  const all = new WeakMap<AssetModel, readonly FieldModel[]>();
  const plain = new WeakMap<AssetModel, ByPath>();
  const columns = new WeakMap<ColumnModel["page"], Map<ColumnField, ByPath>>();
  const view = (state: AssetModel, paths?: readonly string[]): readonly FieldModel[] => {
    const { asOf } = state;
    const views = gateway.viewFields(state, paths);
    return asOf === undefined ? views : views.map((it) => ({ ...it, asOf }));
  };
  return {
    all: (state) => remember(all, state, () => view(state)),
    plain: (state: AssetModel, field: PlainField) =>
      remember(plain, state, () => byPath(view(state, PLAIN_FIELDS))).get(field),
    custom(state, name) {
      const path = `custom.${name}`;
      return view(state, [path]).find((it) => it.path === path);
    },
    column({ state, column, page }, field) {
      const byField = remember(columns, page, () => new Map<ColumnField, ByPath>());
      let views = byField.get(field);
      if (!views) {
        views = byPath(
          view(
            state,
            page.map((it) => columnPath(it.name, field)),
          ),
        );
        byField.set(field, views);
      }
      return views.get(columnPath(column.name, field));
    },
    named: (state, paths) => view(state, paths),
  };
}

function columnPath(column: string, field: ColumnField): string {
  return `columns.${column}.${field}`;
}

function byPath(views: readonly FieldModel[]): ByPath {
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
