import type { GuardSpend } from "../../ports/guard-ledger.ts";
import type { Commit, CommitResult } from "../../ports/ledger.ts";
import { toMade } from "./intents.ts";

/** Parts of a commit that can be put behind those of another one. */
const LISTS = [
  "assets", "changes", "claims", "dirty", "completed", "working", "openIntents", "closeIntents", "idempotency", "settleIdempotency", "forgetIdempotency",
  "carriedOut",
] as const satisfies readonly (keyof Commit)[]; // biome-ignore format: one glance
/** What has any other part is made alone. */
const MERGEABLE = new Set<string>([...LISTS, "guard", "assumes"]);
/** Assets that commits which are made together may have: a page of a scan is large enough to be alone. */
const MOST_ASSETS = 64;

interface Waiting {
  readonly commit: Commit;
  /** What it touches; undefined: it is to be alone. */
  readonly keys: ReadonlySet<string> | undefined;
  /** What those that are made together have in common, where they have it. */
  readonly terms: Terms;
  readonly done: (result: CommitResult) => void;
  readonly failed: (error: unknown) => void;
}

interface Terms {
  /** The run of a guard that it takes from, and within which bounds. */
  readonly run: string | undefined;
  /** What it was worked out on. */
  readonly assumes: string | undefined;
}

/**
 * Makes commits one after the other. Those that come while one is under way and have nothing in common are made together: one
 * transaction, one write to the disk. To each it is as if it had been made alone: it is refused alone, and its entries follow one another.
 */
export class CommitQueue {
  readonly #make: (commit: Commit) => Promise<CommitResult>;
  readonly #waiting: Waiting[] = [];
  #isRunning = false;

  /** @param make one transaction. */
  constructor(make: (commit: Commit) => Promise<CommitResult>) {
    this.#make = make;
  }

  commit(commit: Commit): Promise<CommitResult> {
    const { promise, reject, resolve } = Promise.withResolvers<CommitResult>();
    this.#waiting.push({ commit, keys: keysOf(commit), terms: termsOf(commit), done: resolve, failed: reject });
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) await this.#together(takeTogether(this.#waiting));
    this.#isRunning = false;
  }

  async #together(some: readonly Waiting[]): Promise<void> {
    const [first] = some;
    if (first && some.length === 1) return this.#alone(first);
    let result: CommitResult;
    try {
      result = await this.#make(mergeCommits(some.map((it) => it.commit)));
    } catch (error) {
      // A mistake in one of them has changed nothing; anything else may have, so that nothing is tried again.
      if (error instanceof TypeError) for (const it of some) await this.#alone(it);
      else for (const it of some) it.failed(error);
      return;
    }
    if (!result.ok) return this.#apart(some, "asset" in result ? result.asset : undefined);
    let from = 0;
    for (const { commit, done } of some) {
      const to = from + (commit.changes?.length ?? 0);
      done({ ...result, positions: result.positions.slice(from, to) });
      from = to;
    }
  }

  /** Nothing was made: who is to blame is made alone, to hear why, and the others together once more. */
  async #apart(some: readonly Waiting[], asset: string | undefined): Promise<void> {
    const blamed = some.filter((it) => asset === undefined || it.keys?.has(asset));
    for (const it of blamed) await this.#alone(it);
    const others = some.filter((it) => !blamed.includes(it));
    if (others.length === 0) return;
    if (blamed.length > 0) await this.#together(others);
    else for (const it of others) await this.#alone(it);
  }

  async #alone({ commit, done, failed }: Waiting): Promise<void> {
    await this.#make(commit).then(done, failed);
  }
}

/** Takes out the first, and all that may be made together with it. What has to wait keeps those behind it that touch the same. */
function takeTogether(waiting: Waiting[]): readonly Waiting[] {
  const [first] = waiting;
  if (!first?.keys) return waiting.splice(0, 1);
  const together: Waiting[] = [];
  const left: Waiting[] = [];
  const touched = new Set<string>();
  let assets = 0;
  let isClosed = false;
  let terms: Terms = { run: undefined, assumes: undefined };
  for (const it of waiting) {
    const { keys } = it;
    const count = it.commit.assets?.length ?? 0;
    isClosed ||= keys === undefined;
    const fits = !isClosed && keys !== undefined && keys.isDisjointFrom(touched) && areAlike(terms, it.terms);
    if (fits && (together.length === 0 || assets + count <= MOST_ASSETS)) {
      together.push(it);
      assets += count;
      terms = { run: terms.run ?? it.terms.run, assumes: terms.assumes ?? it.terms.assumes };
    } else left.push(it);
    for (const key of keys ?? []) touched.add(key);
  }
  waiting.splice(0, waiting.length, ...left);
  return together;
}

/** Assets, intents, idempotency keys and names in sources that a commit touches; undefined if it is to be alone. */
function keysOf(commit: Commit): ReadonlySet<string> | undefined {
  if (Object.entries(commit).some(([name, part]) => !isNothing(part) && !MERGEABLE.has(name))) return undefined;
  const { assets = [], changes = [], claims = [], closeIntents = [], completed = [] } = commit;
  const {
    dirty = [],
    forgetIdempotency = [],
    idempotency = [],
    openIntents = [],
    settleIdempotency = [],
    working = [],
  } = commit;
  const keys = new Set<string>(forgetIdempotency.map(keyOfScope));
  for (const it of assets) keys.add(it.id);
  const guarded = [...(commit.guard?.changes ?? []), ...(commit.carriedOut ?? [])];
  for (const { asset } of [...completed, ...working, ...dirty, ...openIntents, ...guarded]) keys.add(asset);
  for (const { asset } of changes) if (asset !== undefined) keys.add(asset);
  for (const { id } of closeIntents) keys.add(id);
  for (const it of openIntents) if (it.makes) keys.add(`in ${it.source} ${toMade(it)}`);
  for (const { scope } of [...idempotency, ...settleIdempotency]) keys.add(keyOfScope(scope));
  // Two that claim in one source may mean the same thing there, by its name or by its id.
  for (const { asset, name, source } of claims) {
    keys.add(asset).add(`claims in ${source}`);
    if (name !== undefined) keys.add("claims a name");
  }
  return keys;
}

function isNothing(part: unknown): boolean {
  return part === undefined || (Array.isArray(part) && part.length === 0);
}

function termsOf({ assumes, guard }: Commit): Terms {
  return {
    run: guard && JSON.stringify([guard.source, guard.scope, guard.bounds]),
    assumes: assumes && JSON.stringify(assumes),
  };
}

function areAlike(left: Terms, right: Terms): boolean {
  return (
    (left.run ?? right.run) === (right.run ?? left.run) &&
    (left.assumes ?? right.assumes) === (right.assumes ?? left.assumes)
  );
}

function keyOfScope(scope: string): string {
  return `key ${scope}`;
}

function mergeCommits(commits: readonly Commit[]): Commit {
  let before = 0;
  const shifted = commits.map((commit): Commit => {
    const { changes = [] } = commit;
    const offset = before;
    before += changes.length;
    const moved = changes.map((it) =>
      typeof it.causedBy === "object" ? { ...it, causedBy: { index: it.causedBy.index + offset } } : it,
    );
    return { ...commit, changes: moved };
  });
  const guard = mergeSpends(commits.flatMap((it) => it.guard ?? []));
  const assumes = commits.find((it) => it.assumes)?.assumes;
  return {
    ...(assumes && { assumes }),
    ...Object.fromEntries(LISTS.map((name) => [name, shifted.flatMap((it) => [...(it[name] ?? [])])])),
    ...(guard && { guard }),
  };
}

/** All of the same run, within the same bounds. */
function mergeSpends(spends: readonly GuardSpend[]): GuardSpend | undefined {
  const [first] = spends;
  const at = Math.max(...spends.map((it) => it.at));
  return first && { ...first, at, changes: spends.flatMap((it) => it.changes) };
}
