import { isExistenceDrift } from "../../src/domain/drift.ts";
import type { PlainField } from "../../src/domain/field.ts";
import { worstStatus } from "../../src/domain/status.ts";
import type { AssetResolvers } from "../../src/generated/graphql.ts";
import type { GraphContext } from "../../src/server/context.ts";
import type { AssetModel, FieldModel } from "../../src/server/models.ts";
import { checkLogPage } from "../check-position.ts";
import { checkList, toLogPageRequest, toPageRequest } from "../from-graphql.ts";
import { pageColumns } from "./column-connection.ts";
import { pageInMemory } from "./page-in-memory.ts";

const MAX_FIELDS = 500;

/** Every asset has every plain field but the schema, which namespaces lack. */
function plain(field: PlainField) {
  return (state: AssetModel, _args: object, { fields }: GraphContext): FieldModel => {
    const view = fields.plain(state, field);
    if (!view) throw new Error(`The engine has no view of ${field} on ${state.asset.id}.`);
    return view;
  };
}

export const Asset: Required<Omit<AssetResolvers, "__isTypeOf">> = {
  id: ({ asset }) => asset.id,
  name: ({ asset }) => asset.name,
  kind: ({ asset }) => asset.kind,
  state: ({ asset }) => asset.state,
  labels: ({ asset }) => Object.entries(asset.labels).map(([name, value]) => ({ name, value })),
  createdAt: ({ asset }) => asset.createdAt,
  missingSince: ({ asset }) => asset.missingSince,
  retiredAt: ({ asset }) => asset.retiredAt,
  bindings: ({ asset, bindings }) => bindings.map((binding) => ({ asset: asset.id, source: binding.source, binding })),
  status(state, _args, { fields }) {
    const ofFields = fields.all(state).map((it) => it.status);
    return worstStatus(state.drifts.some(isExistenceDrift) ? [...ofFields, "DRIFTED"] : ofFields);
  },
  stale: ({ asset, bindings }, _args, { isStale }) => bindings.some((it) => isStale(asset.id, it.source)),
  owners: plain("owners"),
  classifications: plain("classifications"),
  sensitivity: plain("sensitivity"),
  retention: plain("retention"),
  domain: plain("domain"),
  description: plain("description"),
  lifecycle: plain("lifecycle"),
  schema: (state, _args, { fields }) => fields.plain(state, "schema"),
  columns: (state, args, { fields }) => pageColumns(state, fields, args),
  custom: (state, { name }, { fields }) => fields.custom(state, name),
  fields(state, { paths, status }, { fields }) {
    const views = paths == null ? fields.all(state) : fields.named(state, checkList("paths", paths));
    const wanted = status == null ? views : views.filter((it) => status.includes(it.status));
    return wanted.slice(0, MAX_FIELDS);
  },
  drift: ({ drifts }, args) => pageInMemory(drifts, (it) => it.id, toPageRequest(args)),
  async changes({ asOf, asset }, { fields, ...page }, context) {
    const found = await context.loaders.assetChanges.load({
      ...(asOf === undefined ? {} : { upTo: asOf }),
      asset: asset.id,
      fields: fields == null ? undefined : checkList("fields", fields),
      page: toLogPageRequest(page),
    });
    return checkLogPage(found, page.after, context);
  },
};
