import type { GraphQLError } from "graphql";
import { type Caller, may } from "../access/access.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Feeds, GraphContext } from "./context.ts";
import { createFieldViews } from "./field-views.ts";
import { createLoaders } from "./loaders.ts";
import type { SourceModel } from "./models.ts";

export interface ContextDeps {
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  readonly feeds: Feeds;
  /** Aborts when the server begins to end: subscriptions end, requests are finished. */
  readonly closing: AbortSignal;
  /** Aborts when the server ends. */
  readonly lifetime: AbortSignal;
}

export interface RequestContext extends GraphContext {
  /** Errors that stand beside the data; empty in most requests. */
  readonly reported: readonly GraphQLError[];
}

/** What one request, or one event of a subscription, carries. `signal` aborts when nobody waits for the answer any more. */
export function createContext(deps: ContextDeps, caller: Caller, signal: AbortSignal): RequestContext {
  const { gateway, ledger, feeds, lifetime } = deps;
  const reported: GraphQLError[] = [];
  const stale = new Set<string>();
  return {
    actor: caller.actor,
    may: (action) => may(caller, action),
    signal,
    lifetime,
    gateway,
    ledger,
    loaders: createLoaders(ledger, gateway, signal),
    fields: createFieldViews(gateway),
    feeds,
    source: createSourceLookup(gateway),
    markStale: (asset, source) => void stale.add(`${asset} ${source}`),
    isStale: (asset, source) => stale.size > 0 && stale.has(`${asset} ${source}`),
    report: (error) => void reported.push(error),
    reported,
  };
}

function createSourceLookup(gateway: Pick<Gateway, "sources">): (id: SourceId) => SourceModel {
  let models: Map<SourceId, SourceModel> | undefined;
  return (id) => {
    models ??= new Map(gateway.sources().map((view) => [view.id, { id: view.id, view }]));
    return models.get(id) ?? { id, view: undefined };
  };
}
