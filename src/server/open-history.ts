import { z } from "zod";
import { type History, NEVER_RESTORED, presentEpoch } from "../domain/history.ts";
import type { Json } from "../domain/json.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Ledger } from "../ports/ledger.ts";
import { forgetBases } from "../reconcile/forget-bases.ts";
import { underLease } from "../reconcile/under-lease.ts";
import { StartError } from "./running-gateway.ts";
import { Illegible, readTestimony, type Testimony } from "./witness.ts";

const SETTING = "history";
const Epoch = z.object({ id: z.string(), from: z.int() });
const Stored = z.object({
  /** Tells this ledger from every other. */
  ledger: z.string(),
  epochs: z.tuple([Epoch], Epoch),
  /** Its bases are being forgotten: a start that was cut off is taken up again. */
  forgetting: z.boolean().optional(),
});
type Stored = z.infer<typeof Stored>;

/** How long until it is seen again whether another process that starts is done with it: milliseconds. */
const LOOK_MS = 200;
const NEVER = new AbortController().signal;

export type HistoryDeps = Pick<Engine, "clock" | "holder" | "ids" | "leases" | "ledger" | "report"> & {
  readonly sources: Pick<Engine["sources"], "ids">;
};

export interface OpenHistoryOptions {
  /** Where the witness keeps what it knows. */
  readonly witness: string;
  /** Somebody says that the ledger was restored. */
  readonly declared: boolean;
  /** The ledger never leaves the folder of its witness: one that comes without it was put there from elsewhere. */
  readonly alwaysWitnessed: boolean;
}

export interface OpenedHistory {
  readonly ledger: string;
  readonly history: History;
}

/**
 * Finds out whether the ledger is an older copy of itself. If so a new life of it begins, the log says so, and every base is
 * forgotten. Called before this start has added anything to the log: a log that has got past its old end hides what was lost.
 * Of several processes that start at once one does it, and the others then find it done.
 */
export async function openHistory(deps: HistoryDeps, options: OpenHistoryOptions): Promise<OpenedHistory> {
  const before = await readStored(deps.ledger);
  const head = await deps.ledger.head();
  const since = { epoch: presentEpoch(before?.epochs ?? NEVER_RESTORED).id, head };
  for (let waits = 0; ; waits += 1) {
    const opened = await underLease(deps, SETTING, (ledger) => openAlone({ ...deps, ledger }, options, since));
    if (opened.kind === "done") return opened.value;
    if (waits === 0) deps.report("info", "history-awaited", { because: "Another process that starts is at it." });
    await deps.clock.sleep(LOOK_MS, NEVER);
  }
}

/** `since`: how the ledger was found when this start began. */
async function openAlone(
  deps: HistoryDeps,
  { alwaysWitnessed, declared, witness }: OpenHistoryOptions,
  { epoch, head }: { readonly epoch: string; readonly head: number },
): Promise<OpenedHistory> {
  let stored = await readStored(deps.ledger);
  if (!stored) {
    stored = { ledger: deps.ids.ulid(), epochs: [...NEVER_RESTORED] };
    await deps.ledger.commit({ settings: { [SETTING]: toJson(stored) } });
    if (!declared) return { ledger: stored.ledger, history: stored.epochs };
  }
  // Where a new life began while this process waited, what was said to both is done.
  const isNews = presentEpoch(stored.epochs).id === epoch;
  const because =
    declared && isNews
      ? SAID
      : findLoss(stored, head, await readWitness(deps, witness, alwaysWitnessed), alwaysWitnessed);
  if (because !== undefined) return beginAnew(deps, stored, head, because);
  if (stored.forgetting) await finishForgetting(deps, stored);
  return { ledger: stored.ledger, history: stored.epochs };
}

/**
 * What the witness says. Where nobody can tell that, a SQLite ledger counts as restored.
 *
 * @throws StartError where it would count as if nothing had been lost.
 */
async function readWitness(
  { report }: HistoryDeps,
  path: string,
  alwaysWitnessed: boolean,
): Promise<Testimony | Illegible | undefined> {
  const testimony = await readTestimony(path);
  if (!(testimony instanceof Illegible)) return testimony;
  const told = `The witness file ${path}, which remembers how far the ledger had got, cannot be read: ${testimony.because}. `;
  if (!alwaysWitnessed) throw new StartError(told + WHAT_TO_DO);
  report("warn", "witness-illegible", { because: told + COUNTS_AS_RESTORED });
  return testimony;
}

const WHAT_TO_DO =
  "If the ledger may have been restored from a backup since the last start, start with --restored: then all that differs is asked. If it certainly was not, delete the file and start.";
const COUNTS_AS_RESTORED =
  "Whether the ledger is an older copy is not known, so it counts as restored: nothing is written over what differs, it is asked. Look at the reviews.";

const SAID = "It was said at the start.";

/** Why something must have been lost; undefined if nothing says so. */
export function findLoss(
  { epochs, ledger }: { readonly ledger: string; readonly epochs: History },
  head: number,
  testimony: Testimony | Illegible | undefined,
  alwaysWitnessed: boolean,
): string | undefined {
  if (!testimony) {
    return alwaysWitnessed && head > 0
      ? "The data folder remembers nothing of this ledger: it was put there from elsewhere."
      : undefined;
  }
  if (testimony instanceof Illegible)
    return head > 0 ? `What the data folder remembers of it cannot be read: ${testimony.because}.` : undefined;
  if (testimony.ledger !== ledger) return undefined; // another ledger had the folder before
  if (!epochs.some((it) => it.id === testimony.epoch)) return "It has lost a life that began after the backup.";
  // What it remembers of an earlier life may be lost; that it was is known since the present one began.
  if (testimony.epoch !== presentEpoch(epochs).id) return undefined;
  if (testimony.wentBackTo !== undefined)
    return `Its log had got to ${testimony.head}, and went back to ${testimony.wentBackTo} while a gateway ran.`;
  if (testimony.head <= head) return undefined;
  return `Its log ends at ${head}, and had got to ${testimony.head}.`;
}

async function beginAnew(deps: HistoryDeps, stored: Stored, head: number, because: string): Promise<OpenedHistory> {
  const epoch = { id: deps.ids.ulid().toLowerCase(), from: head };
  const next: Stored = { ...stored, epochs: [...stored.epochs, epoch], forgetting: true };
  await deps.ledger.commit({
    settings: { [SETTING]: toJson(next) },
    changes: [
      {
        kind: "LEDGER_RESTORED",
        at: toTimestamp(deps.clock.now()),
        actor: { kind: "gateway", id: "concordat" },
        reason: because,
        detail: { from: head },
      },
    ],
  });
  deps.report("warn", "ledger-restored", { because, from: head });
  await finishForgetting(deps, next);
  return { ledger: next.ledger, history: next.epochs };
}

async function finishForgetting(deps: HistoryDeps, stored: Stored): Promise<void> {
  const assets = await forgetBases(deps);
  const { forgetting: _done, ...rest } = stored;
  await deps.ledger.commit({ settings: { [SETTING]: toJson(rest) } });
  deps.report("info", "bases-forgotten", { assets });
}

async function readStored(ledger: Pick<Ledger, "readSetting">): Promise<Stored | undefined> {
  const setting = await ledger.readSetting(SETTING);
  return setting === undefined ? undefined : Stored.parse(setting);
}

function toJson({ epochs, forgetting, ledger }: Stored): Json {
  return { ledger, epochs: epochs.map((it) => ({ ...it })), ...(forgetting === undefined ? {} : { forgetting }) };
}
