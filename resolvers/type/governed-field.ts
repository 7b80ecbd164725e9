import type { FieldKind } from "../../src/domain/field.ts";
import type { OwnersFieldResolvers, Resolvers } from "../../src/generated/graphql.ts";
import { toClassifications, toLifecycle, toOwners, toRetention, toSchema, toText } from "../to-graphql.ts";

type FieldTypeName = Exclude<keyof Resolvers & `${string}Field`, "GovernedField">;

const TYPE_BY_KIND = {
  owners: "OwnersField",
  classifications: "ClassificationsField",
  sensitivity: "SensitivityField",
  retention: "RetentionField",
  domain: "DomainField",
  description: "TextField",
  lifecycle: "LifecycleField",
  schema: "SchemaField",
  custom: "CustomField",
  "columns.description": "TextField",
  "columns.classifications": "ClassificationsField",
} as const satisfies Record<FieldKind, FieldTypeName>;

/** What every kind of field has. */
const governed: Omit<OwnersFieldResolvers, "value" | "__isTypeOf"> = {
  path: ({ path }) => path,
  authority: ({ authority }, _args, { source }) => source(authority),
  mirrors: ({ mirrors }, _args, { source }) => mirrors.map(source),
  status: ({ status }) => status,
  version: ({ version }) => version,
  observations: ({ asset, observations }) => observations.map((view) => ({ asset, view })),
  lastChange: ({ asOf, asset, key }, _args, { loaders }) =>
    loaders.lastChange.load({ asset, key, ...(asOf === undefined ? {} : { upTo: asOf }) }),
  drift: ({ drifts }) => drifts[0],
};

export const fieldTypes: Pick<Resolvers, "GovernedField" | FieldTypeName> = {
  GovernedField: { __resolveType: ({ kind }) => TYPE_BY_KIND[kind] },
  OwnersField: { ...governed, value: toOwners },
  ClassificationsField: { ...governed, value: toClassifications },
  SensitivityField: { ...governed, value: toText },
  RetentionField: { ...governed, value: toRetention },
  DomainField: {
    ...governed,
    value: (view) => {
      const name = toText(view);
      return name === null ? null : { name };
    },
  },
  TextField: { ...governed, value: toText },
  LifecycleField: { ...governed, value: toLifecycle },
  SchemaField: { ...governed, value: toSchema },
  CustomField: { ...governed, value: ({ value }) => value },
};
