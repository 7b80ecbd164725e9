import { isDeepStrictEqual } from "node:util";
import { findChangeOf } from "../delivery/close-intent.ts";
import { nextWake } from "../delivery/next-wake.ts";
import { isCurrent, OutdatedTreaty } from "../delivery/record.ts";
import type { Actor } from "../domain/change.ts";
import type { AssetId } from "../domain/ids.ts";
import { parseAssetId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Engine } from "../ports/engine.ts";
import type { FieldMutation, MutationOutcome } from "../ports/gateway.ts";
import type { IdempotencyRecord } from "../ports/ledger.ts";
import { applyMutation } from "./apply-mutation.ts";
import { takenKey } from "./idempotency-key.ts";
import { KeyedMutex } from "./keyed-mutex.ts";
import { mirrorDeliveries } from "./mirror-deliveries.ts";
import { resolveAsset, resolveField } from "./resolve-target.ts";
import { outdatedTreaty, refused, userError } from "./user-errors.ts";

const AWAIT_MIRRORS_MS = 30_000;
const AWAIT_KEY_MS = 45_000;
const POLL_MS = 250;
const CONCURRENCY = 16;

/** The write path's front door: order per asset, idempotency keys, waiting for mirrors. */
export class Route {
  readonly #engine: Engine;
  readonly #byAsset = new KeyedMutex();
  readonly #byKey = new KeyedMutex();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async apply(mutation: FieldMutation, actor: Actor, signal: AbortSignal): Promise<MutationOutcome> {
    const began = this.#engine.clock.now();
    const outcome = await this.#applyIfCurrent(mutation, actor, signal);
    this.#tell(outcome, began);
    if (!mutation.awaitMirrors || mutation.dryRun || outcome.asset === null) return outcome;
    return this.#awaitMirrors(mutation, outcome, outcome.asset, signal);
  }

  /** Different assets side by side, one asset's mutations in the order given. */
  async applyAll(
    mutations: readonly FieldMutation[],
    actor: Actor,
    signal: AbortSignal,
  ): Promise<readonly MutationOutcome[]> {
    const outcomes: MutationOutcome[] = [];
    const chains = Map.groupBy(mutations.keys(), (index) => JSON.stringify(mutations[index]?.asset));
    const queue = [...chains.values()];
    const worker = async (): Promise<void> => {
      for (let chain = queue.shift(); chain; chain = queue.shift()) {
        for (const index of chain) outcomes[index] = await this.apply(mutations[index] as FieldMutation, actor, signal);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    return outcomes;
  }

  /** Acknowledged, or refused: waiting for mirrors is no part of it. */
  #tell({ userErrors }: MutationOutcome, began: number): void {
    const { clock, report } = this.#engine;
    report("debug", "mutation-ended", { outcome: userErrors[0]?.code ?? "OK", tookMs: clock.now() - began });
  }

  async #applyIfCurrent(mutation: FieldMutation, actor: Actor, signal: AbortSignal): Promise<MutationOutcome> {
    if (!isCurrent(this.#engine)) await this.#engine.sources.refresh();
    if (!isCurrent(this.#engine)) return refused(outdatedTreaty());
    try {
      const outcome = await this.#applyOnce(mutation, actor, signal);
      if (!isRefusedByMode(outcome) || !(await this.#hasNews())) return outcome;
      return await this.#applyOnce(mutation, actor, signal);
    } catch (error) {
      if (error instanceof OutdatedTreaty) return refused(outdatedTreaty());
      throw error;
    }
  }

  /** Whether the sources are others than those that are known here: a mode may have been set elsewhere a moment ago. */
  async #hasNews(): Promise<boolean> {
    const { sources } = this.#engine;
    const before = sources.revisions();
    await sources.refresh();
    return !isDeepStrictEqual(before, sources.revisions());
  }

  async #applyOnce(mutation: FieldMutation, actor: Actor, signal: AbortSignal): Promise<MutationOutcome> {
    const { idempotencyKey } = mutation;
    if (idempotencyKey === undefined || mutation.dryRun) {
      const outcome = await this.#inOrder(mutation, actor, undefined, signal);
      return outcome === "duplicate" ? keyUnderWay() : outcome;
    }
    if (idempotencyKey.trim() === "" || idempotencyKey.length > 200) {
      return refused(userError("INVALID_INPUT", "An idempotency key has 1 to 200 characters.", ["idempotencyKey"]));
    }
    const { asset, edit, expectedVersion, field, reason } = mutation;
    const request = [asset, field, edit, expectedVersion ?? null, reason ?? null];
    const record = takenKey(this.#engine, actor, idempotencyKey, request);
    return this.#byKey.run(record.scope, async () => {
      const until = this.#engine.clock.now() + AWAIT_KEY_MS;
      // Another process may be at the first use, or come to it while this one is about to begin.
      while (this.#engine.clock.now() < until && !signal.aborted) {
        const first = await this.#firstOutcome(mutation, record, until, signal);
        if (first === "under way") break;
        const outcome = first ?? (await this.#inOrder(mutation, actor, record, signal));
        if (outcome !== "duplicate") return outcome;
      }
      return keyUnderWay();
    });
  }

  async #inOrder(
    mutation: FieldMutation,
    actor: Actor,
    key: IdempotencyRecord | undefined,
    signal: AbortSignal,
  ): Promise<MutationOutcome | "duplicate"> {
    const found = await resolveAsset(this.#engine, mutation);
    if (!found.ok) return refused(found.error);
    const id = found.value.asset.id;
    return this.#byAsset.run(id, () => applyMutation(this.#engine, { ...mutation, asset: { id } }, actor, key, signal));
  }

  /** What the key's first use came to; undefined if there was none, or it came to nothing. */
  async #firstOutcome(
    mutation: FieldMutation,
    record: IdempotencyRecord,
    until: number,
    signal: AbortSignal,
  ): Promise<MutationOutcome | "under way" | undefined> {
    const { bus, clock, ledger } = this.#engine;
    while (clock.now() < until && !signal.aborted) {
      const seen = bus.wake.count;
      const known = await ledger.findIdempotency(record.scope);
      if (!known || known.expiresAt < clock.now()) return undefined;
      if (known.requestHash !== record.requestHash) {
        return refused(
          userError(
            "IDEMPOTENCY_KEY_REUSED",
            "This key was used for another request. Use a new key for a new request.",
            ["idempotencyKey"],
          ),
        );
      }
      if (known.state === "done") return this.#replay(mutation, known);
      await nextWake(this.#engine, seen, POLL_MS, signal);
    }
    return "under way";
  }

  async #replay(mutation: FieldMutation, record: IdempotencyRecord): Promise<MutationOutcome | undefined> {
    const { outcome } = record;
    if (!isJsonObject(outcome)) return undefined;
    const asset = parseAssetId(String(outcome["asset"]));
    const { intent } = outcome;
    const change = typeof intent === "number" ? await findChangeOf(this.#engine.ledger, asset, intent) : undefined;
    const state = (await this.#engine.ledger.loadStates([asset]))[0];
    const target = state && resolveField(this.#engine, state, mutation.field);
    const authority = {
      source: outcome["source"] as never,
      role: "AUTHORITY" as const,
      status: "APPLIED" as const,
      ...(change ? { appliedAt: change.at } : {}),
    };
    const mirrors = target?.ok ? mirrorDeliveries(this.#engine, target.value.state, target.value, "PENDING") : [];
    return { change: change?.position ?? null, asset, deliveries: [authority, ...mirrors], userErrors: [] };
  }

  /** Waits, for a bounded time, until no mirror is PENDING any more. */
  async #awaitMirrors(
    mutation: FieldMutation,
    outcome: MutationOutcome,
    asset: AssetId,
    signal: AbortSignal,
  ): Promise<MutationOutcome> {
    const { bus, clock, ledger } = this.#engine;
    const until = clock.now() + AWAIT_MIRRORS_MS;
    for (;;) {
      const seen = bus.wake.count;
      const [state] = await ledger.loadStates([asset]);
      const target = state && resolveField(this.#engine, state, mutation.field);
      const mirrors = target?.ok ? mirrorDeliveries(this.#engine, target.value.state, target.value, "PENDING") : [];
      const now = {
        ...outcome,
        deliveries: [...outcome.deliveries.filter((it) => it.role === "AUTHORITY"), ...mirrors],
      };
      if (!mirrors.some((it) => it.status === "PENDING") || clock.now() >= until || signal.aborted) return now;
      await nextWake(this.#engine, seen, POLL_MS, signal);
    }
  }
}

function isRefusedByMode({ userErrors }: MutationOutcome): boolean {
  return userErrors.some((it) => it.code === "SOURCE_IN_OBSERVE_MODE" || it.code === "SOURCE_PAUSED");
}

function keyUnderWay(): MutationOutcome {
  const message = "The first request with this key is still under way. Retry later with the same key.";
  return refused(userError("BUSY", message, ["idempotencyKey"]));
}
