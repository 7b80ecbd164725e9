import { z } from "zod";
import { type History, NEVER_RESTORED, presentEpoch } from "../domain/history.ts";
import type { Json } from "../domain/json.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Ledger } from "../ports/ledger.ts";
import { forgetBases } from "../reconcile/forget-bases.ts";
import { readTestimony, type Testimony } from "./witness.ts";

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

export interface OpenHistoryOptions {
  /** Where the witness keeps what it knows. */
  readonly witness: string;
  /** The log's end before this start added anything to it. */
  readonly head: number;
  /** Somebody says that the ledger was restored. */
  readonly declared: boolean;
  /** The ledger never leaves the folder of its witness: one that comes without it was put there from elsewhere. */
  readonly alwaysWitnessed: boolean;
}

/**
 * Finds out whether the ledger is an older copy of itself. If so a new life of it begins, the log says so, and every base is
 * forgotten before anything else happens.
 */
export async function openHistory(
  engine: Engine,
  options: OpenHistoryOptions,
): Promise<{ readonly ledger: string; readonly history: History }> {
  const stored = await readStored(engine.ledger);
  if (!stored) {
    const fresh: Stored = { ledger: engine.ids.ulid(), epochs: [...NEVER_RESTORED] };
    await engine.ledger.commit({ settings: { [SETTING]: toJson(fresh) } });
    return options.declared
      ? beginAnew(engine, fresh, options.head, SAID)
      : { ledger: fresh.ledger, history: fresh.epochs };
  }
  const because = options.declared
    ? SAID
    : findLoss(stored, options.head, await readTestimony(options.witness), options.alwaysWitnessed);
  if (because !== undefined) return beginAnew(engine, stored, options.head, because);
  if (stored.forgetting) await finishForgetting(engine, stored);
  return { ledger: stored.ledger, history: stored.epochs };
}

const SAID = "It was said at the start.";

/** Why something must have been lost; undefined if nothing says so. */
export function findLoss(
  { epochs, ledger }: { readonly ledger: string; readonly epochs: History },
  head: number,
  testimony: Testimony | undefined,
  alwaysWitnessed: boolean,
): string | undefined {
  if (!testimony) {
    return alwaysWitnessed && head > 0
      ? "The data folder remembers nothing of this ledger: it was put there from elsewhere."
      : undefined;
  }
  if (testimony.ledger !== ledger) return undefined; // another ledger had the folder before
  if (!epochs.some((it) => it.id === testimony.epoch)) return "It has lost a life that began after the backup.";
  // What it remembers of an earlier life may be lost; that it was is known since the present one began.
  if (testimony.epoch !== presentEpoch(epochs).id) return undefined;
  if (testimony.wentBackTo !== undefined)
    return `Its log had got to ${testimony.head}, and went back to ${testimony.wentBackTo} while a gateway ran.`;
  if (testimony.head <= head) return undefined;
  return `Its log ends at ${head}, and had got to ${testimony.head}.`;
}

async function beginAnew(
  engine: Engine,
  stored: Stored,
  head: number,
  because: string,
): Promise<{ readonly ledger: string; readonly history: History }> {
  const epoch = { id: engine.ids.ulid().toLowerCase(), from: head };
  const next: Stored = { ...stored, epochs: [...stored.epochs, epoch], forgetting: true };
  await engine.ledger.commit({
    settings: { [SETTING]: toJson(next) },
    changes: [
      {
        kind: "LEDGER_RESTORED",
        at: toTimestamp(engine.clock.now()),
        actor: { kind: "gateway", id: "concordat" },
        reason: because,
        detail: { from: head },
      },
    ],
  });
  engine.report("warn", "ledger-restored", { because, from: head });
  await finishForgetting(engine, next);
  return { ledger: next.ledger, history: next.epochs };
}

async function finishForgetting(engine: Engine, stored: Stored): Promise<void> {
  const assets = await forgetBases(engine);
  const { forgetting: _done, ...rest } = stored;
  await engine.ledger.commit({ settings: { [SETTING]: toJson(rest) } });
  engine.report("info", "bases-forgotten", { assets });
}

async function readStored(ledger: Pick<Ledger, "readSetting">): Promise<Stored | undefined> {
  const setting = await ledger.readSetting(SETTING);
  return setting === undefined ? undefined : Stored.parse(setting);
}

function toJson({ epochs, forgetting, ledger }: Stored): Json {
  return { ledger, epochs: epochs.map((it) => ({ ...it })), ...(forgetting === undefined ? {} : { forgetting }) };
}
