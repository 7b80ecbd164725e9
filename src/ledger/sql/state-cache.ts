import type { AssetId } from "../../domain/ids.ts";
import type { AssetState } from "../../domain/state.ts";
import type { AssetUpdate } from "../../ports/ledger.ts";
import { agreedAsRead, bindingAsRead } from "./as-read.ts";

/** When a binding was last observed: the one part of a state that changes without a new revision. */
export interface ObservedRow {
  readonly source: string;
  readonly observed_at: string;
  readonly observed_from: number;
}

/** Characters of JSON that the states kept were read from; in memory they take about five times as many bytes. */
const MAX_SIZE = 8_000_000;

/**
 * States as they were read last, the least used forgotten first. Who asks for one has just read its revision and when it was
 * observed, so that whatever another process wrote since is noticed: reading costs a look-up and no parsing.
 */
export class StateCache {
  readonly #maxSize: number;
  readonly #kept = new Map<AssetId, { readonly state: AssetState; readonly size: number }>();
  #size = 0;

  constructor(maxSize = MAX_SIZE) {
    this.#maxSize = maxSize;
  }

  /** The state if it is kept in this revision, observed as these rows say (ordered by source); undefined otherwise. */
  current(id: AssetId, revision: number, observed: readonly ObservedRow[]): AssetState | undefined {
    const kept = this.#kept.get(id);
    if (kept?.state.revision !== revision || kept.state.bindings.length !== observed.length) return undefined;
    const state = observeAgain(kept.state, observed);
    this.#kept.delete(id);
    this.#kept.set(id, { ...kept, state });
    return state;
  }

  /** @param size characters of JSON that it was read from. */
  keep(state: AssetState, size: number): void {
    const { id } = state.asset;
    this.#forget(id);
    if (size > this.#maxSize / 8) return;
    this.#kept.set(id, { state, size });
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#maxSize) return;
      this.#forget(oldest);
    }
  }

  /**
   * Goes on to the state that a commit has made of the one that is kept, where that is plain: where drifts change, or something is
   * unbound, it is read again. What is known of the asset is as it would be read back.
   */
  follow({ agreed = [], asset, bindings = [], drifts = [], expectedRevision, id, unbind = [] }: AssetUpdate): void {
    const state = this.#kept.get(id)?.state;
    if (state?.revision !== expectedRevision || drifts.length > 0 || unbind.length > 0) return;
    const next: AssetState = {
      asset: asset ? (JSON.parse(JSON.stringify(asset)) as AssetState["asset"]) : state.asset,
      revision: state.revision + 1,
      bindings: replaceBy("source", state.bindings, bindings.map(bindingAsRead)),
      agreed: replaceBy("mirror", state.agreed, agreed.map(agreedAsRead)),
      drifts: state.drifts,
    };
    this.keep(next, JSON.stringify(next).length);
  }

  #forget(id: AssetId): void {
    this.#size -= this.#kept.get(id)?.size ?? 0;
    this.#kept.delete(id);
  }
}

/** In the order in which they are read. */
function replaceBy<K extends string, T extends Readonly<Record<K, string>>>(
  key: K,
  before: readonly T[],
  changed: readonly T[],
): readonly T[] {
  if (changed.length === 0) return before;
  const all = [...before.filter((it) => !changed.some((other) => other[key] === it[key])), ...changed];
  return all.sort((left, right) => (left[key] < right[key] ? -1 : 1));
}

/** The same object where nothing was observed again, so that what was worked out from it still holds. */
function observeAgain(state: AssetState, observed: readonly ObservedRow[]): AssetState {
  const bindings = state.bindings.map((binding, index) => {
    const { observed_at, observed_from } = observed[index] as ObservedRow;
    const isSame = binding.observedAt === observed_at && binding.observedFrom === observed_from;
    return isSame ? binding : { ...binding, observedAt: observed_at, observedFrom: observed_from };
  });
  return bindings.every((it, index) => it === state.bindings[index]) ? state : { ...state, bindings };
}
