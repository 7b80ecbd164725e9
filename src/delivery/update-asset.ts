import type { AssetId } from "../domain/ids.ts";
import type { AssetState, Binding } from "../domain/state.ts";
import { indexOf } from "../plan/asset-index.ts";
import { NOTHING_TOLD, type Sight, type Told } from "../plan/observe.ts";
import { changeReviews, reviewEntry } from "../plan/review-changes.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { AssetUpdate, Claim, Commit, CommitResult } from "../ports/ledger.ts";
import { record } from "./record.ts";
import { toldSince } from "./told-since.ts";

/** What a step wants recorded of one asset: its next state, and whatever belongs to the same transaction. */
export interface Step<T> {
  readonly next: AssetState;
  readonly commit?: Omit<Commit, "assets">;
  readonly value: T;
}

export type Updated<T> =
  | { readonly ok: true; readonly value: T; readonly state: AssetState; readonly positions: readonly number[] }
  | {
      readonly ok: false;
      readonly refusal: Exclude<CommitResult, { ok: true }> | { readonly reason: "gone" };
    };

/** When a read began, and of which revision of the asset, if that is known. */
export interface Read {
  readonly sight: Pick<Sight, "from">;
  readonly revision?: number;
}

/** Times that a step is worked out anew because somebody else changed the asset meanwhile. */
const MAX_TRIES = 50;

/**
 * Loads the asset, lets `step` say what it becomes, and commits that; again from the start when somebody else was quicker.
 * `step` must be pure: it may be called several times. `undefined` from it: nothing to record.
 *
 * @param readings what the step rests on: it is told what the log has said of the asset since they began.
 * @throws OutdatedTreaty if another treaty is in force.
 * @throws Error when the asset changes faster than it can be recorded, or the ledger fails.
 */
export async function updateAsset<T>(
  engine: Engine,
  id: AssetId,
  step: (state: AssetState, told: Told) => Step<T> | undefined,
  readings: readonly Read[] = [],
): Promise<Updated<T | undefined>> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const [state] = await engine.ledger.loadStates([id]);
    if (!state) return { ok: false, refusal: { reason: "gone" } };
    const told = await toldMeanwhile(engine, state, readings);
    const seen = engine.sources.revisions();
    const wanted = step(state, told);
    if (!wanted) return { ok: true, value: undefined, state, positions: [] };
    const update = toUpdate(engine, state, wanted.next) ?? heldTo(state, wanted.commit);
    const claims = claimsOf(state, wanted.next);
    const commit = withReviews(engine, state, wanted);
    const result = await record(engine, { ...commit, claims, ...(update ? { assets: [update] } : {}) }, seen);
    if (result.ok) {
      if (result.positions.length > 0 || wanted.commit?.dirty?.length) engine.bus.announce(result.head);
      const revision = update ? state.revision + 1 : state.revision;
      return { ok: true, value: wanted.value, state: { ...wanted.next, revision }, positions: result.positions };
    }
    if (result.reason !== "revision" && result.reason !== "outdated") return { ok: false, refusal: result };
  }
  throw new Error(`${id} changed ${MAX_TRIES} times while one change of it was being recorded`);
}

/** Reviews follow the drifts that they are about, in the same transaction. Their entries come last. */
function withReviews(
  { clock }: Engine,
  before: AssetState,
  { commit = {}, next }: Step<unknown>,
): Step<unknown>["commit"] {
  const at = toTimestamp(clock.now());
  const reviews = changeReviews(before, next, at);
  if (reviews.length === 0) return commit;
  const entries = reviews.map(({ kind, review }) => reviewEntry(kind, review, at, next.asset.name));
  return {
    ...commit,
    changes: [...(commit.changes ?? []), ...entries],
    reviews: [...(commit.reviews ?? []), ...reviews.map(({ review }) => ({ review }))],
  };
}

/** Nothing, as long as nobody has touched the asset since. */
async function toldMeanwhile(engine: Engine, state: AssetState, readings: readonly Read[]): Promise<Told> {
  const doubtful = readings.filter((it) => it.revision !== state.revision);
  if (doubtful.length === 0) return NOTHING_TOLD;
  return toldSince(engine.ledger, [state.asset.id], Math.min(...doubtful.map((it) => it.sight.from)));
}

/** The difference between two states of one asset as the ledger takes it; undefined if there is none. */
export function toUpdate(engine: Engine, before: AssetState, after: AssetState): AssetUpdate | undefined {
  if (before === after) return undefined;
  const bindings = after.bindings.filter((it) => !before.bindings.includes(it));
  const agreed = after.agreed.filter((it) => !before.agreed.includes(it));
  const drifts = after.drifts.filter((it) => !before.drifts.includes(it));
  const isNew = before.revision === 0;
  return {
    id: after.asset.id,
    expectedRevision: before.revision,
    ...(isNew || after.asset !== before.asset ? { asset: after.asset } : {}),
    ...(bindings.length > 0 ? { bindings } : {}),
    ...(agreed.length > 0 ? { agreed } : {}),
    ...(drifts.length > 0 ? { drifts } : {}),
    index: indexOf({ treaty: engine.treaty, sources: engine.sources.table() }, open(after)),
  };
}

/** What the asset was not bound to before must belong to no other: a scan may have met it too. */
function claimsOf(before: AssetState, after: AssetState): readonly Claim[] {
  const isBound = ({ ref, source }: Binding): boolean =>
    before.bindings.some((it) => it.source === source && it.ref.stableId === ref.stableId);
  const fresh = after.bindings.filter((it) => !before.bindings.includes(it) && !isBound(it));
  return fresh.map(({ ref, source }) => ({ asset: after.asset.id, source, ref }));
}

/** What is told, or about to be written, rests on the state even where it leaves the state as it is. */
function heldTo(state: AssetState, commit: Step<unknown>["commit"]): AssetUpdate | undefined {
  return commit?.changes?.length ? { id: state.asset.id, expectedRevision: state.revision } : undefined;
}

function open(state: AssetState): AssetState {
  return state.drifts.some((it) => it.state === "RESOLVED")
    ? { ...state, drifts: state.drifts.filter((it) => it.state !== "RESOLVED") }
    : state;
}
