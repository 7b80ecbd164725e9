/** A bug that somebody could make: `find` stands exactly once in `file`, and becomes `replace` while the file is loaded. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Where the engine guards twice against the same mistake, the other guard is taken away too. */
  readonly also?: Pick<Mutant, "file" | "find" | "replace">;
}

/** Each of them must be caught by the simulation; one that survives is a hole in it. */
export const MUTANTS: readonly Mutant[] = [
  // P11: leases and fences
  { name: "completes work whose lease was lost", file: "test/simulation/memory-work.ts", find: "return !row || row.holder === null || row.token !== it.token;", replace: "return false;" },
  { name: "closes an intent that another process holds", file: "test/simulation/memory-commit.ts", find: "tables.intents.get(it.id)?.holder !== it.holder", replace: "!tables.intents.has(it.id)" },
  { name: "records on an outdated state", file: "test/simulation/memory-commit.ts", find: "?? 0) !== it.expectedRevision)", replace: "?? 0) !== it.expectedRevision && false)" },
  // P6: the base
  { name: "moves the base before the mirror confirmed", file: "src/plan/plan-field.ts", find: "this.#baseWith(this.#sides.mirror),", replace: "this.#baseWith(this.#mirror)," },
  { name: "takes a late write of its own for a foreign one", file: "src/delivery/close-intent.ts", find: "const next = withBases(state, write);", replace: "const next = write ? state : state;" },
  // P9: absence
  { name: "concludes absence from a listing that is not complete", file: "src/reconcile/scan-source.ts", find: "const complete = end?.complete === true;", replace: "const complete = true;" },
  { name: "takes a listing without an end for a complete one", file: "src/reconcile/scan-source.ts", find: 'return end ?? failed({ code: "protocol", message: "the listing ended without saying that it was complete" });', replace: "return end ?? { complete: true };" },
  { name: "believes a listing without asking for what it lacks", file: "src/reconcile/retire.ts", find: 'if (reading.result.kind === "found") {', replace: 'if (reading.result.kind === "found" && !digest) {' },
  { name: "takes what could not be read for missing", file: "src/reconcile/retire.ts", find: 'if (reading.result.kind === "failed") return undefined;', replace: "" },
  { name: "retires without grace", file: "src/reconcile/retire.ts", find: "missed.misses >= misses && missedForMs >= graceMs", replace: "true" },
  { name: "takes UNKNOWN for ABSENT", file: "src/plan/source-facts.ts", find: 'if (binding.state === "missing") return { state: "unknown", reason: `${facts.id} no longer has the asset` };', replace: 'if (binding.state === "missing") return ABSENT;' },
  // P8: intents and outcomes
  { name: "sends a write of unknown outcome again", file: "src/delivery/deliver-write.ts", find: "await readBack(engine, write, result, signal)", replace: "await writeTo(source, state, write, id, signal)" },
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
  { name: "adds an element and forgets the others", file: "src/route/edit-field.ts", find: "const merged = new Map([...now, ", replace: "const merged = new Map([" },
  { name: "lets a mutation that failed decide a review", file: "src/delivery/close-intent.ts", find: "applied && seenThen ? concluded(engine, seen, request) : seen;", replace: "concluded(engine, seen, request);" },
  // P7: without a base
  { name: "takes away at first sight", file: "src/plan/judge-element.ts", find: "return authority === undefined && !malformed", replace: "return malformed" },
  { name: "takes a part that could not be compared for agreed", file: "src/plan/plan-field.ts", find: "if (!hasBase && (this.#isPartial() || ", replace: "if (!hasBase && (" },
  // P2, P3, P5: agreement
  { name: "marks nothing dirty when an authority changes", file: "src/plan/observe.ts", find: "if (rule.authority === source) for (const mirror of rule.mirrors) touched.add(mirror);", replace: "" },
  { name: "notices no change at a mirror", file: "src/plan/observe.ts", find: "if (rule.mirrors.includes(source)) touched.add(source);", replace: "" },
  { name: "is done before it is at rest", file: "src/reconcile/reconcile-asset.ts", find: "const isDone = found.failures.size === 0 && step.value.writes.every((it) => !without(it, refused));", replace: "const isDone = refused !== undefined;" },
  { name: "opens no drift", file: "src/plan/drift-changes.ts", find: "if (!drift) changes.push(", replace: "if (!drift) void (" },
  { name: "never closes a drift", file: "src/plan/drift-changes.ts", find: "if (findings.has(drift.key)) continue;", replace: "if (drift) continue;" },
  { name: "does not follow a rename", file: "src/plan/plan-mirror.ts", find: "return name !== undefined && !equalJson([...name], [...binding.ref.name]);", replace: "return false && name !== undefined;" },
  // P4: order, echoes, publishing
  { name: "lets what was overtaken take the place of the newer", file: "src/plan/observe.ts", find: "if (before && !isSame && told(state.asset.id, source.id, sight.from)) return", replace: "if (before && !isSame && told(state.asset.id, source.id, Number.MAX_SAFE_INTEGER)) return" },
  { name: "takes an answer that came late for the newest", file: "src/delivery/deliver-write.ts", find: "const sight = { at, from: position, to: await engine.ledger.head() };", replace: "const from = (await engine.ledger.head()) + 1; const sight = { at, from, to: from };" },
  { name: "tells an echo as somebody's change", file: "src/delivery/find-attributions.ts", find: "if (!equalJson(valueIn(snapshot, key), wanted)) continue;", replace: "continue;" },
  { name: "marks before it commits", file: "src/delivery/update-asset.ts", find: "const result = await record(engine, { ...commit, claims,", replace: "await engine.ledger.markDirty(wanted.commit?.dirty ?? []);\n    const result = await record(engine, { ...commit, dirty: [], claims," },
  { name: "completes work before it is recorded", file: "src/reconcile/reconcile-asset.ts", find: "  const [known] = await engine.ledger.loadStates([item.asset]);", replace: "  await engine.ledger.commit({ completed: [item] });\n  const [known] = await engine.ledger.loadStates([item.asset]);", also: { file: "src/reconcile/reconcile-asset.ts", find: "...(isDone ? { completed: [item] } : {})", replace: "...(isDone ? {} : {})" } },
  { name: "adopts what a write in doubt may have brought", file: "src/reconcile/reconcile-asset.ts", find: "if (inDoubt) return again(", replace: "if (inDoubt === null) return again(" },
  { name: "sends a write however long it stood still", file: "src/delivery/deliver-write.ts", find: "if (lease.until <= engine.clock.now()) return", replace: "if (lease.until < 0) return" },
  { name: "skips entries of the log that come while it reads", file: "src/log/change-feed.ts", find: "if (scannedTo > position) position = scannedTo;", replace: "if (scannedTo > position) position = scannedTo + 1;" },
  { name: "gives an entry of the log again", file: "src/log/change-feed.ts", find: "if (scannedTo > position) position = scannedTo;", replace: "if (scannedTo > position) position = scannedTo - (changes.length > 3 ? 1 : 0);" },
  // P4: idempotency
  { name: "carries a key out again", file: "src/route/route.ts", find: 'if (known.state === "done") return', replace: 'if (known.state === "done" && !known) return' },
  { name: "forgets a key that was used", file: "src/delivery/close-intent.ts", find: "if (!applied) return { forgetIdempotency: [idempotency.scope] };", replace: "if (write) return { forgetIdempotency: [idempotency.scope] };" },
  // Identity
  { name: "makes two assets of one thing", file: "test/simulation/memory-commit.ts", find: "checkClaims(tables, commit.claims ?? []) ??", replace: "checkClaims(tables, []) ??" },
  { name: "gives a new table what the old one of its name had", file: "src/reconcile/scan-page.ts", find: "!state || bindingOf(state, source.id) || taken.has(id)", replace: "!state || taken.has(id)", also: { file: "src/plan/observe.ts", find: "if (before && isOther(before.ref, snapshot.ref)) return", replace: "if (before && before.ref === snapshot.ref) return" } },
  { name: "gives a new table the record that is being made for the old one", file: "src/reconcile/scan-page.ts", find: "if (!known.has(snapshot.ref) && isBeingMade(", replace: "if (known.has(snapshot.ref) && isBeingMade(", also: { file: "src/delivery/read-fresh.ts", find: "isBeingMade(await engine.ledger.listIntents({}), id, found, state.asset.id)", replace: "isBeingMade([], id, found, state.asset.id)" } },
  { name: "takes the record of an earlier table of the name", file: "src/delivery/read-fresh.ts", find: "? bound.asset !== state.asset.id", replace: "? bound.asset === null" },
]; // biome-ignore format: one bug a line
