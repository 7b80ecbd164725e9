import type { QueryResolvers } from "../../src/generated/graphql.ts";
import { toAssetId } from "../from-graphql.ts";
import { typedError } from "../graph-error.ts";

export const explain: NonNullable<QueryResolvers["explain"]> = async (
  _root,
  { asset, field },
  { gateway, loaders },
) => {
  const state = await loaders.state.load(toAssetId(asset));
  if (!state) throw typedError("ASSET_NOT_FOUND", `There is no asset "${asset}". Take its id from Query.assets.`);
  const explanation = gateway.explain(state, field);
  if (!explanation) {
    throw typedError(
      "UNKNOWN_FIELD",
      `"${state.asset.name}" has no field "${field}". Asset.fields lists those that it has.`,
    );
  }
  return { state, explanation };
};
