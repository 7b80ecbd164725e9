import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Ledger } from "../ports/ledger.ts";
import { replaceFile } from "./durable-file.ts";

/** How often what the witness knows is brought up to date: milliseconds. */
const EVERY_MS = 1_000;

const Testimony = z.object({
  ledger: z.string(),
  epoch: z.string(),
  head: z.int().min(0),
  /** Where the log ended when it was found to end before `head`. It stays said of that life, however far the log gets again. */
  wentBackTo: z.int().min(0).exactOptional(),
});
/** What somebody outside of the ledger remembers of it: how far its log had got. */
export type Testimony = z.infer<typeof Testimony>;

/** There is a witness, and nobody can tell what it says. */
export class Illegible {
  readonly because: string;

  constructor(because: string) {
    this.because = because;
  }
}

/** Undefined where there is none. */
export async function readTestimony(path: string): Promise<Testimony | Illegible | undefined> {
  try {
    const text = await readFile(path, "utf8");
    if (text.trim() === "") return new Illegible("it is empty");
    return Testimony.parse(JSON.parse(text));
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (code === "ENOENT") return undefined;
    return new Illegible(error instanceof z.ZodError ? "it is no witness of Concordat's" : message);
  }
}

export interface WitnessOptions {
  readonly path: string;
  readonly ledger: Pick<Ledger, "head">;
  readonly known: Omit<Testimony, "head" | "wentBackTo">;
  /** The log ends earlier than it did: the ledger was replaced by an older copy of itself below this process. */
  readonly wentBack: (from: number, to: number) => void;
}

/**
 * Keeps beside the ledger how far its log has got, so that a copy of yesterday that is put in its place is known for what it
 * is. It never remembers more than what was durable in the ledger.
 */
export async function keepWitness({ known, ledger, path, wentBack }: WitnessOptions): Promise<AsyncDisposable> {
  let head = -1;
  let wentBackTo: number | undefined;
  let isMarked = false;
  const look = async (): Promise<void> => {
    if (isMarked) return;
    const now = wentBackTo ?? (await ledger.head());
    if (now < head) {
      if (wentBackTo === undefined) wentBack(head, now);
      wentBackTo = now;
      await write(path, { ...known, head, wentBackTo });
      isMarked = true;
    } else if (now > head) {
      head = now;
      await write(path, { ...known, head });
    }
  };
  await look();
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A ledger that does not answer is told by those who need it; a folder that cannot be written was told at the start.
    looking ??= look()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
  }, EVERY_MS);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
      await look().catch(() => undefined);
    },
  };
}

function write(path: string, testimony: Testimony): Promise<void> {
  return replaceFile(path, JSON.stringify(testimony));
}
