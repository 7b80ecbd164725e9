import { type DriftId, parseDriftId, parseReviewId, type ReviewId } from "../../src/domain/ids.ts";
import type { QueryResolvers, ResolversTypes } from "../../src/generated/graphql.ts";
import type { GraphContext } from "../../src/server/context.ts";
import { toAssetId, toSourceId } from "../from-graphql.ts";
import { badUserInput, orBadUserInput } from "../graph-error.ts";

const MAX_NODES = 500;

export const node: NonNullable<QueryResolvers["node"]> = (_root, { id }, context) => loadNode(id, context);

export const nodes: NonNullable<QueryResolvers["nodes"]> = async (_root, { ids }, context) => {
  if (ids.length > MAX_NODES)
    throw badUserInput(`At most ${MAX_NODES} ids at a time, got ${ids.length}. Ask in several queries.`);
  return Promise.all(ids.map((id) => loadNode(id, context)));
};

type NodeModel = Awaited<ResolversTypes["Node"]>;

async function loadNode(id: string, context: GraphContext): Promise<NodeModel | null> {
  const found = await findNode(id, context);
  return found ?? null;
}

async function findNode(id: string, { loaders, source }: GraphContext): Promise<NodeModel | undefined> {
  switch (id.slice(0, id.indexOf(":"))) {
    case "asset":
      return loaders.state.load(toAssetId(id));
    case "drift":
      return loaders.drift.load(orBadUserInput<DriftId>(() => parseDriftId(id)));
    case "review":
      return loaders.review.load(orBadUserInput<ReviewId>(() => parseReviewId(id)));
    case "change":
      return loaders.change.load(toPosition(id));
    case "source": {
      const found = source(toSourceId(id));
      return found.view && found;
    }
    default:
      throw badUserInput(`Not a global id: "${id}". It begins with asset:, drift:, review:, change: or source:.`);
  }
}

function toPosition(id: string): number {
  const position = /^change:[1-9]\d{0,15}$/.test(id) ? Number(id.slice(7)) : Number.NaN;
  if (!Number.isSafeInteger(position))
    throw badUserInput(`Not a change id: "${id}". It is "change:" and a position in the log.`);
  return position;
}
