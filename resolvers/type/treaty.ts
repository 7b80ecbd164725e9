import type { SourceId } from "../../src/domain/ids.ts";
import type {
  SourceModeSettingResolvers,
  TreatyDeletionResolvers,
  TreatyRuleResolvers,
} from "../../src/generated/graphql.ts";
import { toDuration, toSourceMode } from "../to-graphql.ts";

export const TreatyRule: TreatyRuleResolvers = {
  authority: ({ authority }, _args, { source }) => source(authority),
  mirrors: ({ mirrors }, _args, { source }) => mirrors.map(source),
  defaultMode: ({ defaultMode }) => toSourceMode(defaultMode),
  modes: ({ modes }) => Object.entries(modes).map(([source, mode]) => ({ source: source as SourceId, mode })),
};

export const SourceModeSetting: SourceModeSettingResolvers = {
  source: ({ source }, _args, context) => context.source(source),
  mode: ({ mode }) => toSourceMode(mode),
};

export const TreatyDeletion: TreatyDeletionResolvers = { grace: ({ graceMs }) => toDuration(graceMs) };
