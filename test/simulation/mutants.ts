/** A bug that somebody could make: `find` stands exactly once in `file`, and becomes `replace` while the file is loaded. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Where the engine guards twice against the same mistake, the other guard is taken away too. */
  readonly also?: Pick<Mutant, "file" | "find" | "replace">;
  /** Where no history can come to it, as of the ledgers that the simulation does not play on: the test that tells it. */
  readonly told?: ToldByTest;
}

export interface ToldByTest {
  readonly file: string;
  /** Its title, without those of its groups. */
  readonly test: string;
}

const SQLITE = "test/ledger/sqlite.test.ts";
const REPLICAS = "test/route/replicas.test.ts";

/** Each of them must be caught by the simulation; one that survives is a hole in it. */
export const MUTANTS: readonly Mutant[] = [
  // P11: leases and fences
  { name: "completes work whose lease was lost", file: "test/simulation/memory-work.ts", find: "return !row || row.holder === null || row.token !== it.token;", replace: "return false;" },
  { name: "closes an intent that another process holds", file: "test/simulation/memory-commit.ts", find: "tables.intents.get(it.id)?.holder !== it.holder", replace: "!tables.intents.has(it.id)" },
  { name: "records on an outdated state", file: "test/simulation/memory-commit.ts", find: "?? 0) !== it.expectedRevision)", replace: "?? 0) !== it.expectedRevision && false)" },
  { name: "leaves what it saw to nobody once its lease is lost", file: "src/reconcile/settle.ts", find: "commit: { changes, dirty, working: [item] }", replace: "commit: { changes, dirty }", told: { file: "test/reconcile/lane.test.ts", test: "leaves nothing that nobody comes back to: what it saw after another was done is found by the next scan (P11)" } },
  { name: "misses what it was shown, because more was recorded of it since", file: "src/reconcile/scan-page.ts", find: "if (observed.overtaken.size > 0) listed.push(asset);", replace: "", told: { file: "test/reconcile/rename.test.ts", test: "is no absence where somebody has recorded more of the asset since the listing began (P9)" } },
  { name: "concludes a scan that another process has taken over", file: "src/reconcile/under-lease.ts", find: "under: [...(it.under ?? []), lease]", replace: "under: it.under ?? []" },
  // P6: the base
  { name: "moves the base before the mirror confirmed", file: "src/plan/plan-field.ts", find: "before : this.#baseWith(this.#sides.mirror);", replace: "before : this.#baseWith(this.#mirror);" },
  { name: "takes a late write of its own for a foreign one", file: "src/delivery/close-intent.ts", find: "const next = withBases(state, write);", replace: "const next = write ? state : state;" },
  { name: "forgets what an authority took over from a mirror", file: "src/delivery/close-intent.ts", find: 'if (purpose === "adopt") return withAdopted(engine, next, write);', replace: 'if (purpose === "adopt") return next;' },
  { name: "has no base of one rule's part before all that its authority has are compared", file: "src/plan/field-case.ts", find: "it.mirrored && hasBeen(it)", replace: "it.mirrored && parts.every((other) => !other.mirrored || other.part.rule.authority !== it.part.rule.authority || hasBeen(other))", told: { file: "test/reconcile/part-in-review.test.ts", test: "what its authority takes away by one rule does not come back while another rule of the same authority asks about a first sight (P5)" } },
  { name: "takes what another rule had of a field for what this one has", file: "src/domain/state.ts", find: "return scope === undefined ? authority :", replace: "if (scope !== '') return authority; return", told: { file: "test/reconcile/part-in-review.test.ts", test: "where its rule is taken out of the treaty" } },
  { name: "has no base of one authority's part before the others are compared", file: "src/plan/plan-field.ts", find: "if (isLost && comparedWith.size === 0 &&", replace: "if (comparedWith.size === 0 &&", told: { file: "test/reconcile/adopted.test.ts", test: "where the other asks for a review of its own" } },
  { name: "waits at first sight for the mirror to have all that the authority has", file: "src/plan/plan-field.ts", find: "this.#baseWith(this.#sides.mirror, holdsAll)", replace: "this.#baseWith(this.#sides.mirror)", told: { file: "test/reconcile/adopted.test.ts", test: "what an authority took over at first sight and gave up again does not come back from a mirror that may not be written (P5)" } },
  // P9: absence
  { name: "concludes absence from a listing that is not complete", file: "src/reconcile/scan-source.ts", find: "const complete = end?.complete === true;", replace: "const complete = true;" },
  { name: "takes a listing without an end for a complete one", file: "src/reconcile/scan-source.ts", find: 'return end ?? failed({ code: "protocol", message: "the listing ended without saying that it was complete" });', replace: "return end ?? { complete: true };" },
  { name: "believes a listing without asking for what it lacks", file: "src/reconcile/retire.ts", find: 'if (reading.result.kind === "found") {', replace: 'if (reading.result.kind === "found" && !digest) {' },
  { name: "takes what could not be read for missing", file: "src/reconcile/retire.ts", find: 'if (reading.result.kind === "failed") return undefined;', replace: "" },
  { name: "retires without grace", file: "src/reconcile/retire.ts", find: "missed.misses >= misses && missedForMs >= graceMs", replace: "true" },
  { name: "takes UNKNOWN for ABSENT", file: "src/plan/source-facts.ts", find: 'if (binding.state === "missing") return { state: "unknown", reason: `${facts.id} no longer has the asset` };', replace: 'if (binding.state === "missing") return ABSENT;' },
  // P8: intents and outcomes
  { name: "sends a write of unknown outcome again", file: "src/delivery/deliver-write.ts", find: "await readBack(engine, source, { asset: request.asset, write }, result, lease, signal)", replace: '{ result: result.kind === "unknown" ? await writeTo(source, state, write, id, signal) : result, sight: undefined }' },
  { name: "takes an unknown outcome for a failure", file: "src/delivery/close-intent.ts", find: 'if (result.kind === "unknown") return { kind: "unknown", message: result.error.message };', replace: 'if (result.kind === "unknown") result = { ...result, kind: "failed" };' },
  { name: "settles a lost outcome as applied without comparing", file: "src/reconcile/settle-intents.ts", find: "holdsWanted(result.snapshot, request.write.fields)", replace: "true" },
  { name: "settles no intents", file: "src/reconcile/settle-intents.ts", find: "await settleIntents(engine, source, signal);", replace: "void settleIntents;" },
  { name: "leaves an intent open after its outcome", file: "src/delivery/close-intent.ts", find: "closeIntents: [{ id, holder: engine.holder }],", replace: "" },
  { name: "takes the first look after a write for the last", file: "src/delivery/read-back.ts", find: "if (visibleWithinMs === 0 || holdsWanted(", replace: "if (visibleWithinMs >= 0 || holdsWanted(" },
  { name: "settles a write before it can be seen", file: "src/reconcile/settle-intents.ts", find: "return leaseUntil + visibleWithinMs <= time;", replace: "return leaseUntil <= time + visibleWithinMs;" },
  { name: "forgets at a restart when the leases of writes ended", file: "test/simulation/memory-ledger.ts", find: "leaseUntil: Math.min(it.leaseUntil, intentsUntil)", replace: "leaseUntil: 0" },
  { name: "believes a listing that lags behind what can be read", file: "src/reconcile/scan-page.ts", find: "if (before && source.capabilities.visibleWithinMs &&", replace: "if (before && source.capabilities.visibleWithinMs === -1 &&" },
  // P1: who decides
  { name: "adopts what the rule reverts", file: "src/plan/judge-element.ts", find: 'return { to: "mirror", kind, value: authority };\n    case "adopt"', replace: 'return { to: "authority", kind, value: mirror };\n    case "adopt"' },
  { name: "lets the mirror win every conflict", file: "src/plan/judge-element.ts", find: 'const byAuthority: Verdict = { to: "mirror", kind, value: authority };', replace: 'const byAuthority: Verdict = { to: "authority", kind, value: mirror };' },
  { name: "takes what was seen later for what was written later", file: "src/plan/judge-element.ts", find: "it.mirrorSince.after > part.authoritySince.by", replace: "true" },
  { name: "writes where it may only observe", file: "src/plan/plan-field.ts", find: 'part.mirrorMode !== "enforce" && part.mirrorMode !== "seed-once"', replace: "false" },
  { name: "adopts one element and forgets the others", file: "src/plan/plan-field.ts", find: "new Map(toElements(this.#it.kind, valueOf(part.authoritySeen), this.#sides.whole))", replace: "new Map<string, Json>()" },
  { name: "takes an answer for one about every authority of the field", file: "src/plan/answer.ts", find: "at: authority, isFor: isOwn }", replace: "at: authority, isFor: () => true }", told: { file: "test/plan/answer-of-parts.property.test.ts", test: "for the mirror takes nothing away from another authority that has not reached the mirror yet (P5)" } },
  { name: "adds an element and forgets the others", file: "src/route/edit-field.ts", find: "const merged = new Map([...now, ", replace: "const merged = new Map([" },
  { name: "lets a mutation that failed decide a review", file: "src/delivery/close-intent.ts", find: "isApplied && seen ? concluded(engine, current, request) : current;", replace: "concluded(engine, current, request);" },
  // P7: without a base
  { name: "takes away at first sight", file: "src/plan/judge-element.ts", find: "return authority === undefined && !malformed", replace: "return malformed" },
  { name: "takes a part that could not be compared for agreed", file: "src/plan/plan-field.ts", find: "const comparedNow = this.#comparedBy(left, right, agree);", replace: "const comparedNow = new Set(parts.map((it) => it.part.rule.authority));" },
  // P2, P3, P5: agreement
  { name: "marks nothing dirty when an authority changes", file: "src/plan/observe.ts", find: "if (rule.authority === source) for (const mirror of rule.mirrors) touched.add(mirror);", replace: "" },
  { name: "notices no change at a mirror", file: "src/plan/observe.ts", find: "if (rule.mirrors.includes(source)) touched.add(source);", replace: "" },
  { name: "is done before it is at rest", file: "src/reconcile/reconcile-asset.ts", find: "const isDone = found.failures.size === 0 && step.value.writes.every((it) => !without(it, refused));", replace: "const isDone = refused !== undefined;" },
  { name: "opens no drift", file: "src/plan/drift-changes.ts", find: "if (!drift) changes.push(", replace: "if (!drift) void (" },
  { name: "never closes a drift", file: "src/plan/drift-changes.ts", find: "if (findings.has(drift.key)) continue;", replace: "if (drift) continue;" },
  { name: "does not follow a rename", file: "src/plan/plan-mirror.ts", find: "return name !== undefined && !equalJson([...name], [...binding.ref.name]);", replace: "return false && name !== undefined;" },
  // P4: order, echoes, publishing
  { name: "lets what was overtaken take the place of the newer", file: "src/plan/observe.ts", find: "if (before && !isSame && told(state.asset.id, source.id, sight.from)) return", replace: "if (before && !isSame && told(state.asset.id, source.id, Number.MAX_SAFE_INTEGER)) return" },
  { name: "takes an answer that came late for the newest", file: "src/delivery/deliver-write.ts", find: "answer.sight ?? { at, from: position, to: await engine.ledger.head() };", replace: "{ at, from: (await engine.ledger.head()) + 1, to: (await engine.ledger.head()) + 1 };" },
  { name: "tells of a write that others have gone beyond without what it changed", file: "src/delivery/close-intent.ts", find: "if (closing.isApplied)", replace: "if (!request)", told: { file: "test/delivery/overtaken-reading.test.ts", test: "an answer that others have gone beyond, of a source that cannot be read again, is left open until it can: the change is its writer's" } },
  { name: "tells an echo as somebody's change", file: "src/delivery/find-attributions.ts", find: "if (!equalJson(valueIn(snapshot, key), wanted)) continue;", replace: "continue;" },
  { name: "marks before it commits", file: "src/delivery/update-asset.ts", find: "const result = await record(engine, { ...commit, claims,", replace: "await engine.ledger.markDirty(wanted.commit?.dirty ?? []);\n    const result = await record(engine, { ...commit, dirty: [], claims," },
  { name: "completes work before it is recorded", file: "src/reconcile/reconcile-asset.ts", find: "  const [known] = await engine.ledger.loadStates([item.asset]);", replace: "  await engine.ledger.commit({ completed: [item] });\n  const [known] = await engine.ledger.loadStates([item.asset]);", also: { file: "src/reconcile/reconcile-asset.ts", find: "...(isDone ? { completed: [item], working: [] } : {})", replace: "working: []" } },
  { name: "adopts what a write in doubt may have brought", file: "src/reconcile/reconcile-asset.ts", find: "if (inDoubt) return again(", replace: "if (inDoubt === null) return again(" },
  { name: "sends a write however long it stood still", file: "src/delivery/deliver-write.ts", find: "if (lease.until <= engine.clock.now()) return", replace: "if (lease.until < 0) return" },
  { name: "skips entries of the log that come while it reads", file: "src/log/change-feed.ts", find: "if (scannedTo > position) position = scannedTo;", replace: "if (scannedTo > position) position = scannedTo + 1;" },
  { name: "gives an entry of the log again", file: "src/log/change-feed.ts", find: "if (scannedTo > position) position = scannedTo;", replace: "if (scannedTo > position) position = scannedTo - (changes.length > 3 ? 1 : 0);" },
  // P4: idempotency
  { name: "does not answer a key that was used", file: "src/route/route.ts", find: 'if (known.state === "done") return', replace: 'if (known.state === "done" && !known) return' },
  { name: "carries a key out again", file: "src/route/route.ts", find: 'if (known.state === "done") return this.#replay(mutation, known);', replace: 'if (known.state === "done") return undefined;', also: { file: "test/simulation/memory-commit.ts", find: "&& other.expiresAt > now)", replace: "&& other.expiresAt < now)" } },
  { name: "forgets a key that was used", file: "src/delivery/close-intent.ts", find: "if (!applied) return { forgetIdempotency: [idempotency.scope] };", replace: "if (write) return { forgetIdempotency: [idempotency.scope] };" },
  // Identity
  { name: "makes two assets of one thing", file: "test/simulation/memory-commit.ts", find: "checkClaims(tables, commit.claims ?? []) ??", replace: "checkClaims(tables, []) ??" },
  { name: "gives a new table what the old one of its name had", file: "src/reconcile/scan-page.ts", find: "!state || bindingOf(state, source.id) || taken.has(id)", replace: "!state || taken.has(id)", also: { file: "src/plan/observe.ts", find: "if (before && isOther(before.ref, snapshot.ref)) return", replace: "if (before && before.ref === snapshot.ref) return" } },
  { name: "gives a new table the record that is being made for the old one", file: "src/reconcile/scan-page.ts", find: "if (!known.has(snapshot.ref) && isBeingMade(", replace: "if (known.has(snapshot.ref) && isBeingMade(", also: { file: "src/delivery/read-fresh.ts", find: "isBeingMade(await ledger.listIntents({ source }), source, ref, asset)", replace: "isBeingMade([], source, ref, asset)" } },
  { name: "takes the record of an earlier table of the name", file: "src/delivery/read-fresh.ts", find: "bound ? bound.asset !== asset : ", replace: "bound ? bound.asset === null : " },
  // Ledgers that the simulation does not play on
  { name: "completes work whose lease was lost, in SQL", file: "src/ledger/sql/work.ts", find: "return held.length === wanted.size ? undefined", replace: "return held.length <= wanted.size ? undefined", told: { file: SQLITE, test: "a lease that was lost refuses the whole commit: another claim, postponed, done, or never there" } },
  { name: "closes an intent that another process holds, in SQL", file: "src/ledger/sql/intents.ts", find: "holders.get(it.id) !== it.holder", replace: "!holders.has(it.id)", told: { file: SQLITE, test: "an intent that was taken over is lost to the worker that opened it" } },
  { name: "records on an outdated state, in SQL", file: "src/ledger/sql/check-commit.ts", find: "?? 0) !== it.expectedRevision)", replace: "?? 0) < it.expectedRevision)", told: { file: SQLITE, test: "an asset of another revision refuses the whole commit: one that is there as new" } },
  { name: "makes two assets of one thing, in SQL", file: "src/ledger/sql/check-claims.ts", find: "bound[index] !== undefined && bound[index].asset !== it.asset", replace: "bound[index] === null", told: { file: SQLITE, test: "what another asset is bound to, or a name that another bears, is not claimed, unless that one is retired" } },
  { name: "records under a lease that another has by now, in SQL", file: "src/ledger/sql/leases.ts", find: "return held.length === under.length ? undefined", replace: "return held.length <= under.length ? undefined", told: { file: SQLITE, test: "a named lease that was lost, given up or never claimed refuses the whole commit" } },
  { name: "gives a lease that another holds, in SQL", file: "src/ledger/sql/leases.ts", find: '.where("lease.lease_until", "<=", slots.value("now")),', replace: ',', told: { file: SQLITE, test: "are held by one at a time, each claim under a higher token, and free again when given up or over" } },
  { name: "renews an intent that another has taken over, in SQL", file: "src/ledger/sql/leases.ts", find: '.where("holder", "=", slots.value("holder"))\n    .returning("id"),', replace: '.returning("id"),', told: { file: SQLITE, test: "of what is lost changes nothing, and says what is lost" } },
  { name: "records what was judged under a mode that is another by now, in SQL", file: "src/ledger/sql/settings.ts", find: "return areSame ? undefined", replace: "return areSame !== undefined ? undefined", told: { file: SQLITE, test: "what was worked out under another treaty, or on sources that have changed since, refuses the whole commit" } },
  { name: "records what was judged by an older treaty, in SQL", file: "src/ledger/sql/settings.ts", find: "if (!isInForce) return", replace: "if (isInForce === undefined) return", told: { file: SQLITE, test: "what was worked out under another treaty, or on sources that have changed since, refuses the whole commit" } },
  { name: "carries out a key that was used, in SQL", file: "src/ledger/sql/idempotency.ts", find: "&& other.expiresAt > now)", replace: "&& other.expiresAt < now)", told: { file: SQLITE, test: "a key that is taken refuses the whole commit and shows what stands there" } },
  { name: "keeps no account of what a guard's run has done, in SQL", file: "src/ledger/sql/guards.ts", find: "if (guard && taken?.ok && taken.run) writes", replace: "if (guard && taken?.ok && taken.run?.trip) writes", told: { file: SQLITE, test: "refuses the whole commit that holds the one too many, and says what was spent" } },
  // Of treaties, modes and guards
  { name: "writes under a mode that was set elsewhere", file: "src/delivery/record.ts", find: "...(rests ? { sources: seen } : {})", replace: "...(rests && !seen ? { sources: seen } : {})", told: { file: REPLICAS, test: "stops the writes of all others at once, those that are being worked out too" } },
  { name: "writes by an older treaty", file: "src/delivery/record.ts", find: "const assumes = { treaty: treaty.hash, ", replace: "const assumes = { ", told: { file: REPLICAS, test: "leaves what it was writing to those who have the new one, and the caller can ask for the outcome" } },
  { name: "counts what a guard bounds from commit to commit, and not over the run", file: "src/domain/guard-run.ts", find: "add(run?.spent ?? NOTHING_SPENT, counted, known)", replace: "add(NOTHING_SPENT, counted, known)", told: { file: SQLITE, test: "refuses the whole commit that holds the one too many, and says what was spent" } },
  { name: "lets everything through once something was released", file: "src/domain/guard-run.ts", find: "released.some((other) => isSameChange(it, other))", replace: "released.length > 0", told: { file: SQLITE, test: "that releases lets what it lists through, as it is listed, until it is done, and not for ever" } },
  // Behind the ledger's fences these only shorten the harm, which is why no history tells them
  { name: "goes on with what another has taken over", file: "src/delivery/lease-keeper.ts", find: "if (isLost(it.claim, lost)) it.lost();", replace: "if (!lost) it.lost();", told: { file: "test/delivery/lease-keeper.test.ts", test: "what another has taken meanwhile is over here at the next renewal" } },
  // Guards, reviews, modes
  { name: "lets a run do more than its guard allows", file: "src/domain/guard-run.ts", find: "const over = counted.find(({ effect }) => isOverBound(spent[effect], bounds[effect]));", replace: "const over = counted.find(({ effect }) => effect === undefined);" },
  { name: "commits on modes that somebody has changed", file: "test/simulation/memory-commit.ts", find: 'return isSame ? undefined : { ok: false, reason: "outdated", what: "sources" };', replace: 'return isSame || sources ? undefined : { ok: false, reason: "outdated", what: "sources" };' },
  { name: "takes the authority's side whatever a person answers", file: "src/delivery/decide-reviews.ts", find: 'decided.answer === "MIRROR" ? "mirror" : "authority"', replace: '"authority"' },
  { name: "looks at nothing again after a release", file: "src/route/decide-guard.ts", find: "...(mode === record.mode ? {} : { settings: { [LOOKED_AGAIN_SETTING]: null } }),", replace: "" },
  { name: "looks at nothing again where whoever set the mode did not hear of it", file: "src/reconcile/look-again.ts", find: "if (isLeft) await lookAgain(engine, signal);", replace: "", told: { file: REPLICAS, test: "is what the others judge everything by all the same" } },
  { name: "has looked at everything although a mode was set meanwhile", file: "src/reconcile/look-again.ts", find: "assumes: { settings: { [LOOKED_AGAIN_SETTING]: begun } }", replace: "", told: { file: "test/reconcile/look-again.test.ts", test: "a look in the middle of which a mode is changed, to and fro, is not the one after which all has been looked at" } },
]; // biome-ignore format: one bug a line
