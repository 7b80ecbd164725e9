import { GraphQLError, type GraphQLResolveInfo, responsePathAsArray } from "graphql";
import type { NativeRef } from "../../src/domain/asset.ts";
import { ASSET_KINDS } from "../../src/domain/asset.ts";
import type { AssetId } from "../../src/domain/ids.ts";
import type { QueryResolvers, SourceReferenceInput } from "../../src/generated/graphql.ts";
import type { GraphContext } from "../../src/server/context.ts";
import { checkPosition } from "../check-position.ts";
import { checkSources } from "../check-sources.ts";
import { toAssetId, toSourceId } from "../from-graphql.ts";
import { badUserInput } from "../graph-error.ts";

export const asset: NonNullable<QueryResolvers["asset"]> = async (
  _root,
  { id, name, reference, freshness, asOf },
  context,
  info,
) => {
  if ([id, name, reference].filter((it) => it != null).length !== 1) {
    throw badUserInput("Say which asset with exactly one of `id`, `name` and `reference`.");
  }
  if (asOf != null && freshness === "LIVE") {
    throw badUserInput("`asOf` is answered from the log, LIVE from the sources as they are now: ask for one of them.");
  }
  if (asOf != null) await checkPosition(asOf, "asOf", context);
  const found = await findAsset({ id, name, reference }, context);
  if (found === undefined) return null;
  if (asOf != null) return (await context.loaders.asOf.load({ asset: found, position: asOf.position })) ?? null;
  return (
    (freshness === "LIVE" ? await readLive(found, context, info) : await context.loaders.state.load(found)) ?? null
  );
};

interface Wanted {
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly reference?: SourceReferenceInput | null | undefined;
}

async function findAsset({ id, name, reference }: Wanted, context: GraphContext): Promise<AssetId | undefined> {
  const { ledger } = context;
  if (id != null) return toAssetId(id);
  if (name != null) return (await ledger.findAssets([{ name }], true))[0];
  if (reference == null) return undefined;
  const refs = toRefs(reference);
  const source = toSourceId(reference.source);
  await checkSources({ sources: [source] }, context);
  const bindings = (await ledger.findBindings(source, refs)).filter((it) => it !== undefined);
  return (bindings.find((it) => it.state === "present") ?? bindings[0])?.asset;
}

function toRefs({ name, stableId, kind }: SourceReferenceInput): NativeRef[] {
  if (name == null && stableId == null) throw badUserInput("A reference needs `name`, `stableId` or both.");
  if (name != null && (name.length === 0 || name.length > 100))
    throw badUserInput("`name` is the path of names there, 1 to 100 of them.");
  const kinds = kind == null ? ASSET_KINDS : [kind];
  // Where there is a stable id, the ledger looks at it alone.
  return kinds.map((it) => ({ kind: it, name: name ?? [String(stableId)], stableId: stableId ?? null }));
}

/** What failed is told beside the data: the ledger's knowledge, marked stale, is better than none. */
async function readLive(id: AssetId, context: GraphContext, info: GraphQLResolveInfo) {
  const { state, errors } = await context.loaders.live.load(id);
  for (const { source, error } of errors) {
    context.markStale(id, source);
    context.report(
      new GraphQLError(`${source} did not answer: ${error.message}. What is told of it is what the ledger knew.`, {
        nodes: info.fieldNodes,
        path: responsePathAsArray(info.path),
        extensions: { code: "SOURCE_UNAVAILABLE", source, reason: error.code, retryAfterMs: error.retryAfterMs },
      }),
    );
  }
  return state ?? context.loaders.state.load(id);
}
