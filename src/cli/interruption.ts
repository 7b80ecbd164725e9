/** Signals of one press arrive up to three times within this time (milliseconds): from the terminal, from npm, from the launcher. */
const SAME_PRESS_MS = 400;

export interface Interruption {
  /** Aborts, with the signal's name as the reason, on the first press. */
  readonly signal: AbortSignal;
  /** To be called on every SIGINT and SIGTERM. */
  readonly onSignal: (name: NodeJS.Signals) => void;
  /** Aborts for another reason. */
  readonly abort: (reason: string) => void;
}

/** @param endAtOnce called on a second press: whoever presses again does not want to wait. */
export function createInterruption(now: () => number, endAtOnce: (name: NodeJS.Signals) => void): Interruption {
  const controller = new AbortController();
  let pressedAt: number | undefined;
  return {
    signal: controller.signal,
    onSignal: (name) => {
      if (pressedAt !== undefined && now() - pressedAt > SAME_PRESS_MS) endAtOnce(name);
      pressedAt ??= now();
      controller.abort(name);
    },
    abort: (reason) => controller.abort(reason),
  };
}
