import { readFresh } from "../delivery/read-fresh.ts";
import { recordReadings } from "../delivery/record-readings.ts";
import type { AssetId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import type { Engine } from "../ports/engine.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { LiveFailure, LiveShare } from "../redis/live-share.ts";
import { batchReads } from "./batched-source.ts";

/** Assets that one question may be about. */
const MAX_LIVE = 500;

interface Answer {
  readonly state: AssetState | undefined;
  readonly failures: readonly LiveFailure[];
  /** False: others do not find it in the ledger. */
  readonly isRecorded?: boolean;
}

/** A read of one asset under way, and how many wait for it. */
interface Flight {
  readonly revision: number;
  readonly answer: Promise<Answer>;
  readonly unwanted: AbortController;
  waiting: number;
}

/**
 * Reads of assets from the sources as they are now, for queries alone: what decides about a write reads for itself.
 *
 * Who asks for an asset that is being read waits for that answer, here and in the other replicas; and for a second after an answer the
 * other replicas take it from the ledger, where it is recorded. An answer counts only for the revision of the asset that it left: whatever
 * was recorded since, a write of the gateway's own above all, has the sources asked again. No value leaves the ledger for this.
 */
export class LiveReads {
  readonly #engine: Engine;
  /** The same, with reads of one turn in one call. */
  readonly #batching: Engine;
  readonly #share: LiveShare | undefined;
  readonly #flights = new Map<AssetId, Flight>();

  constructor(engine: Engine, share?: LiveShare) {
    this.#engine = engine;
    this.#batching = { ...engine, sources: batchReads(engine.sources) };
    this.#share = share;
  }

  /** @throws only if `signal` aborts, or the ledger fails. */
  async read(ids: readonly AssetId[], signal: AbortSignal): ReturnType<Gateway["readLive"]> {
    const known = await this.#engine.ledger.loadStates(ids.slice(0, MAX_LIVE));
    const answers = await Promise.all(known.map(async (state) => state && (await this.#join(state, signal))));
    return {
      states: answers.map((it) => it?.state),
      errors: answers.flatMap((answer, index) =>
        (answer?.failures ?? []).map((it) => ({ asset: ids[index] as AssetId, ...it })),
      ),
    };
  }

  async #join(state: AssetState, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const { id } = state.asset;
    const under = this.#flights.get(id);
    const flight = under?.revision === state.revision ? under : this.#start(state);
    flight.waiting += 1;
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([flight.answer, gone.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#land(id, flight);
    }
  }

  #start(state: AssetState): Flight {
    const unwanted = new AbortController();
    const { revision } = state;
    const flight: Flight = { revision, answer: this.#answer(state, unwanted.signal), unwanted, waiting: 0 };
    this.#flights.set(state.asset.id, flight);
    flight.answer.catch(() => undefined).finally(() => this.#land(state.asset.id, flight));
    return flight;
  }

  /** It has its answer, or nobody waits for one. */
  #land(id: AssetId, flight: Flight): void {
    flight.unwanted.abort();
    if (this.#flights.get(id) === flight) this.#flights.delete(id);
  }

  async #answer(state: AssetState, signal: AbortSignal): Promise<Answer> {
    const share = this.#share;
    if (!share) return this.#ask(state, signal);
    const told = await this.#told(state);
    if (told) return told;
    const claim = await share.claim(state.asset.id, signal);
    try {
      // Where somebody else has just asked, what it recorded is in the ledger.
      const answered = claim.waited ? await this.#toldOf(state.asset.id) : undefined;
      if (answered) return answered;
      const answer = await this.#ask(state, signal);
      if (answer.state && answer.isRecorded !== false)
        await share.tell(answer.state.asset.id, answer.state.revision, answer.failures);
      return answer;
    } finally {
      await claim[Symbol.asyncDispose]();
    }
  }

  async #toldOf(id: AssetId): Promise<Answer | undefined> {
    const [now] = await this.#engine.ledger.loadStates([id]);
    return now && this.#told(now);
  }

  async #told(state: AssetState): Promise<Answer | undefined> {
    const failures = await this.#share?.find(state.asset.id, state.revision);
    return failures && { state, failures };
  }

  async #ask(state: AssetState, signal: AbortSignal): Promise<Answer> {
    const engine = this.#engine;
    const { failures, readings } = await readFresh(this.#batching, state, engine.sources.ids, signal);
    return {
      ...(await recordReadings(engine, state, readings)),
      failures: [...failures].map(([source, error]) => ({ source, error })),
    };
  }
}
