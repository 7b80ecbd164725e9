import { isCurrent } from "../delivery/record.ts";
import { updateSource } from "../delivery/update-source.ts";
import type { Actor, NewChange } from "../domain/change.ts";
import { fieldKindOf, isFieldOn, pathToKey } from "../domain/field.ts";
import { type AssetId, parseSourceId, type SourceId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { explainField } from "../plan/explain.ts";
import { columnsOf } from "../plan/source-facts.ts";
import { viewFields } from "../plan/view.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type {
  Explanation,
  FieldMutation,
  FieldView,
  Gateway,
  MutationOutcome,
  Outcome,
  PlanReport,
  ReconcileReport,
  ReviewDecision,
  ReviewOutcome,
  ScanReport,
  Scope,
  SourceView,
} from "../ports/gateway.ts";
import { LOOKED_AGAIN_SETTING, type SourceRecord } from "../ports/ledger.ts";
import type { SourceError } from "../ports/source.ts";
import { armGuards } from "../reconcile/arm-guards.ts";
import { lookAgain, needsLook } from "../reconcile/look-again.ts";
import { assetsIn, reportPlan } from "../reconcile/plan-report.ts";
import type { Scanner } from "../reconcile/scanner.ts";
import type { LiveShare } from "../redis/live-share.ts";
import { decideReview } from "../route/decide-review.ts";
import type { Route } from "../route/route.ts";
import { ledgerReplaced, outdatedTreaty, refused, userError } from "../route/user-errors.ts";
import type { CompiledTreaty } from "../treaty/compile.ts";
import { MODES, type Mode } from "../treaty/decision.ts";
import { LiveReads } from "./live-reads.ts";
import type { Registry } from "./registry.ts";

type Refusal = Extract<Outcome<never>, { ok: false }>;

const SETTLE_MS = 60_000;
const POLL_MS = 200;
/** Times that a mode is set anew because a review that this would withdraw was answered meanwhile. */
const MAX_TRIES = 5;

export interface GatewayParts {
  readonly engine: Engine & { readonly treaty: CompiledTreaty };
  readonly registry: Registry;
  readonly route: Route;
  readonly scanner: Scanner;
  /** What replicas tell one another of live reads; each reads for itself if left out. */
  readonly liveShare?: LiveShare | undefined;
  /** Aborted once the ledger was replaced by an older copy of itself: nothing is changed from then on. */
  readonly replaced?: AbortSignal;
}

/** The engine as the graph and the command line see it: every call is one call of a part. */
export class EngineGateway implements Gateway {
  readonly #parts: GatewayParts;
  readonly #live: LiveReads;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#live = new LiveReads(parts.engine, parts.liveShare);
  }

  get treaty(): CompiledTreaty {
    return this.#parts.engine.treaty;
  }

  async apply(mutation: FieldMutation, actor: Actor, signal: AbortSignal): Promise<MutationOutcome> {
    if (this.isReplaced()) return refused(ledgerReplaced());
    return this.#parts.route.apply(mutation, actor, signal);
  }

  async applyAll(
    mutations: readonly FieldMutation[],
    actor: Actor,
    signal: AbortSignal,
  ): Promise<readonly MutationOutcome[]> {
    if (this.isReplaced()) return mutations.map(() => refused(ledgerReplaced()));
    return this.#parts.route.applyAll(mutations, actor, signal);
  }

  viewFields(state: AssetState, paths?: readonly string[]): readonly FieldView[] {
    return viewFields({ treaty: this.treaty, sources: this.#parts.registry.table() }, state, paths);
  }

  readLive(ids: readonly AssetId[], signal: AbortSignal): ReturnType<Gateway["readLive"]> {
    return this.#live.read(ids, signal);
  }

  explain(state: AssetState, path: string): Explanation | undefined {
    const key = pathToKey(path, columnsOf(state));
    if (!key || !isFieldOn(state.asset.kind, fieldKindOf(key))) return undefined;
    return explainField(this.treaty, this.#parts.registry.table(), state, key, this.#parts.engine.clock.now());
  }

  plan(scope: Scope, limit: number, signal: AbortSignal): Promise<PlanReport> {
    return reportPlan(this.#parts.engine, scope, limit, signal);
  }

  async reconcile(scope: Scope, wait: boolean, _actor: Actor, signal: AbortSignal): Promise<Outcome<ReconcileReport>> {
    const { bus, ledger, sources } = this.#parts.engine;
    const refusal = (await this.#refusalOfAll()) ?? this.#unknownSource(scope);
    if (refusal) return refusal;
    const targets = scope.sources ?? sources.ids;
    let marked = 0;
    for await (const ids of assetsIn(this.#parts.engine, scope, signal)) {
      marked += ids.length;
      await ledger.markDirty(ids.flatMap((asset) => targets.map((source) => ({ asset, source, reread: true }))));
    }
    bus.announce(await ledger.head());
    return { ok: true, value: { marked, settled: wait ? await this.#settled(targets, signal) : false } };
  }

  /** Whether all work of these sources came to rest in a bounded time. */
  async #settled(targets: readonly SourceId[], signal: AbortSignal): Promise<boolean> {
    const { clock, ledger } = this.#parts.engine;
    for (
      const until = clock.now() + SETTLE_MS;
      clock.now() < until && !signal.aborted;
      await clock.sleep(POLL_MS, signal)
    ) {
      const { workBySource } = await ledger.counts();
      if (targets.every((it) => (workBySource[it] ?? 0) === 0)) return true;
    }
    return false;
  }

  async scan(
    scope: Scope,
    wait: boolean,
    _actor: Actor,
    _signal: AbortSignal,
  ): Promise<Outcome<readonly ScanReport[]>> {
    const refusal = (await this.#refusalOfAll()) ?? this.#unknownSource(scope);
    if (refusal) return refusal;
    const { engine, scanner } = this.#parts;
    const targets = scope.sources ?? engine.sources.ids;
    const paused = targets.find((it) => engine.sources.table().get(it)?.mode === "pause");
    if (paused && scope.sources)
      return {
        ok: false,
        errors: [
          userError("SOURCE_PAUSED", `${paused} is paused. Set another mode with setSourceMode first.`, ["sources"]),
        ],
      };
    const scans = targets
      .filter((it) => engine.sources.table().get(it)?.mode !== "pause")
      .map((it) => scanner.scan(it));
    for (const scan of scans)
      scan.catch((error: unknown) => engine.report("error", "scan-failed", { error: String(error) }));
    return { ok: true, value: wait ? await Promise.all(scans) : [] };
  }

  async decideReview(decision: ReviewDecision, actor: Actor, signal: AbortSignal): Promise<ReviewOutcome> {
    const { engine, route } = this.#parts;
    const outdated = await this.#refusalOfAll();
    if (outdated) return { review: null, userErrors: outdated.errors };
    const outcome = await decideReview(engine, route, decision, actor, signal);
    const isReleased = decision.answer === "RELEASE" && outcome.userErrors.length === 0;
    if (isReleased && (await needsLook(engine))) await lookAgain(engine);
    return outcome;
  }

  async setSourceMode(
    source: string,
    mode: Mode,
    reason: string | undefined,
    actor: Actor,
  ): Promise<Outcome<SourceView>> {
    const { engine } = this.#parts;
    const id = engine.sources.ids.find((it) => it === source);
    if (!id || !MODES.includes(mode)) return { ok: false, errors: [this.#noSuchSource(source)] };
    const outdated = await this.#refusalOfAll();
    if (outdated) return outdated;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const isSet = await this.#trySetMode(id, mode, reason, actor);
      // Refused when somebody answers a review meanwhile that this would withdraw.
      if (!isSet && (await engine.ledger.readSources()).find((it) => it.id === id)?.mode !== mode) continue;
      // Also where it is so already: whoever set it may not have come to that.
      if (await needsLook(engine)) await lookAgain(engine);
      return { ok: true, value: this.#viewSource(id) };
    }
    const message = `Reviews of ${id} keep being answered by others; its mode was not set. Try again.`;
    return { ok: false, errors: [userError("BUSY", message)] };
  }

  /** @returns whether it was set; it was not where it is so already, or where a review was answered meanwhile. */
  async #trySetMode(id: SourceId, mode: Mode, reason: string | undefined, actor: Actor): Promise<boolean> {
    const { engine } = this.#parts;
    const at = toTimestamp(engine.clock.now());
    const armed = await armGuards(engine.ledger, id, mode, at);
    return updateSource(engine, id, (record) => {
      if (record.mode === mode) return undefined;
      const entry: NewChange = {
        kind: "SOURCE_MODE_CHANGED",
        at,
        actor,
        source: id,
        before: record.mode,
        after: mode,
        ...(reason === undefined ? {} : { reason }),
      };
      const more = { ...armed.more, settings: { [LOOKED_AGAIN_SETTING]: null } };
      return { record: { ...record, mode }, changes: [entry, ...armed.changes], more };
    });
  }

  isCurrent(): boolean {
    return isCurrent(this.#parts.engine);
  }

  isReplaced(): boolean {
    return this.#parts.replaced?.aborted === true;
  }

  sources(): readonly SourceView[] {
    return this.#parts.registry.ids.map((it) => this.#viewSource(it));
  }

  #viewSource(id: SourceId): SourceView {
    const { registry, scanner } = this.#parts;
    const source = registry.get(id);
    const facts = registry.table().get(id);
    if (!source || !facts) throw new Error(`${parseSourceId(id)} is not connected`);
    const { address, role, type } = source;
    const failing = registry.failing(id);
    const { capabilities } = facts;
    return {
      id,
      role,
      type,
      address,
      capabilities,
      record: registry.record(id),
      error: failing?.error ?? errorOf(registry.record(id)),
      ...(failing && { failingSince: toTimestamp(failing.since) }),
      scanning: scanner.isScanning(id),
      scanned: scanner.scanned(id),
    };
  }

  /** Why this process changes nothing at all. Asks the ledger: what is wanted here is rare, and the answer must be true. */
  async #refusalOfAll(): Promise<Refusal | undefined> {
    const { engine } = this.#parts;
    if (this.isReplaced()) return { ok: false, errors: [ledgerReplaced()] };
    await engine.sources.refresh();
    return isCurrent(engine) ? undefined : { ok: false, errors: [outdatedTreaty()] };
  }

  #unknownSource(scope: Scope): Refusal | undefined {
    const unknown = scope.sources?.find((it) => !this.#parts.engine.sources.ids.includes(it));
    return unknown === undefined ? undefined : { ok: false, errors: [this.#noSuchSource(unknown)] };
  }

  #noSuchSource(source: string): ReturnType<typeof userError> {
    return userError(
      "SOURCE_NOT_FOUND",
      `There is no source "${source}". Sources: ${this.#parts.engine.sources.ids.join(", ")}.`,
      ["source"],
    );
  }
}

/** Why the last scan was not complete, whichever process made it; undefined if it was, or if there was none yet. */
function errorOf({ lastScan }: SourceRecord): SourceError | undefined {
  const error = isJsonObject(lastScan) ? lastScan["error"] : undefined;
  return isJsonObject(error) ? (error as object as SourceError) : undefined;
}
