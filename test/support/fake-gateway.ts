import type { Actor } from "../../src/domain/change.ts";
import { type AssetId, parseSourceId } from "../../src/domain/ids.ts";
import type { AssetState } from "../../src/domain/state.ts";
import type { SourceFacts } from "../../src/plan/source-facts.ts";
import { viewFields } from "../../src/plan/view.ts";
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
  UserError,
} from "../../src/ports/gateway.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import type { SourceCapabilities, SourceError } from "../../src/ports/source.ts";
import { type CompiledTreaty, compileTreaty } from "../../src/treaty/compile.ts";
import type { Mode } from "../../src/treaty/decision.ts";
import { everyCapability } from "./memory-assets.ts";

export const CATALOG = parseSourceId("catalog");
export const LAKEHOUSE = parseSourceId("lakehouse");

const CAPABILITIES: SourceCapabilities = {
  fields: everyCapability(),
  conditionalWrite: false,
  createsAssets: true,
  followsNames: true,
  provesExistence: true,
};

function demoTreaty(): CompiledTreaty {
  const everything = { name: "everything", fields: ["*"], authority: "catalog", mirrors: ["lakehouse"] };
  const compiled = compileTreaty({ rules: [everything] }, [
    { id: CATALOG, role: "catalog" },
    { id: LAKEHOUSE, role: "lakehouse" },
  ]);
  if (!compiled.ok) throw new Error(compiled.error.map((it) => it.message).join("\n"));
  return compiled.value;
}

function sourceView(id: SourceView["id"], role: SourceView["role"]): SourceView {
  return {
    id,
    role,
    type: "memory",
    address: "memory:",
    capabilities: CAPABILITIES,
    record: { id, revision: 1, mode: "enforce", completeScans: 3, lastCompleteScanAt: "2026-03-01T11:00:00.000Z" },
    error: undefined,
    scanning: false,
    scanned: 0,
  };
}

const NOTHING: MutationOutcome = { change: null, asset: null, deliveries: [], userErrors: [] };

/** An engine that sees fields as the real one does, and whose outcomes the test sets. */
export class FakeGateway implements Gateway {
  readonly treaty = demoTreaty();
  readonly mutations: { readonly mutation: FieldMutation; readonly actor: Actor }[] = [];
  readonly decisions: { readonly decision: ReviewDecision; readonly actor: Actor }[] = [];
  readonly scopes: Scope[] = [];
  views: readonly SourceView[] = [sourceView(CATALOG, "catalog"), sourceView(LAKEHOUSE, "lakehouse")];
  outcome: MutationOutcome = NOTHING;
  refusal: readonly UserError[] | undefined;
  explanation: Omit<Explanation, "field"> | undefined;
  report: PlanReport = { assetsExamined: 0, items: [], more: 0 };
  scans: readonly ScanReport[] = [];
  liveErrors: readonly { readonly asset: AssetId; readonly source: typeof CATALOG; readonly error: SourceError }[] = [];
  /** Thrown by whatever is called next that changes something. */
  bug: Error | undefined;
  readonly #ledger: Pick<Ledger, "loadStates">;

  constructor(ledger: Pick<Ledger, "loadStates">) {
    this.#ledger = ledger;
  }

  async apply(mutation: FieldMutation, actor: Actor): Promise<MutationOutcome> {
    this.#throwBug();
    this.mutations.push({ mutation, actor });
    return this.outcome;
  }

  async applyAll(mutations: readonly FieldMutation[], actor: Actor): Promise<readonly MutationOutcome[]> {
    return Promise.all(mutations.map((it) => this.apply(it, actor)));
  }

  async decideReview(decision: ReviewDecision, actor: Actor): Promise<ReviewOutcome> {
    this.#throwBug();
    this.decisions.push({ decision, actor });
    return { review: null, userErrors: this.refusal ?? [] };
  }

  viewFields(state: AssetState, paths?: readonly string[]): readonly FieldView[] {
    const facts = this.views.map(
      ({ id, role, capabilities, record }): SourceFacts => ({ id, role, capabilities, mode: record.mode, prefix: [] }),
    );
    return viewFields({ treaty: this.treaty, sources: new Map(facts.map((it) => [it.id, it])) }, state, paths);
  }

  async readLive(ids: readonly AssetId[]): ReturnType<Gateway["readLive"]> {
    return { states: await this.#ledger.loadStates(ids), errors: this.liveErrors };
  }

  explain(state: AssetState, path: string): Explanation | undefined {
    const field = this.viewFields(state, [path])[0];
    return field && this.explanation && { ...this.explanation, field };
  }

  async plan(scope: Scope): Promise<PlanReport> {
    this.scopes.push(scope);
    return this.report;
  }

  async reconcile(scope: Scope, wait: boolean): Promise<Outcome<ReconcileReport>> {
    this.#throwBug();
    this.scopes.push(scope);
    return this.refusal ? { ok: false, errors: this.refusal } : { ok: true, value: { marked: 7, settled: wait } };
  }

  async scan(scope: Scope): Promise<Outcome<readonly ScanReport[]>> {
    this.scopes.push(scope);
    return this.refusal ? { ok: false, errors: this.refusal } : { ok: true, value: this.scans };
  }

  async setSourceMode(source: string, mode: Mode): Promise<Outcome<SourceView>> {
    if (this.refusal) return { ok: false, errors: this.refusal };
    this.views = this.views.map((it) => (it.id === source ? { ...it, record: { ...it.record, mode } } : it));
    const view = this.views.find((it) => it.id === source);
    return view
      ? { ok: true, value: view }
      : { ok: false, errors: [{ code: "SOURCE_NOT_FOUND", message: "No such source.", path: ["source"] }] };
  }

  current = true;

  isCurrent(): boolean {
    return this.current;
  }

  replaced = false;

  isReplaced(): boolean {
    return this.replaced;
  }

  sources(): readonly SourceView[] {
    return this.views;
  }

  #throwBug(): void {
    if (this.bug) throw this.bug;
  }
}
