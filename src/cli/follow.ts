import { Failure } from "./failure.ts";
import type { CliIo } from "./io.ts";
import { plainLine } from "./plain-text.ts";
import { ConnectionLost } from "./subscription.ts";

/** Attempts in a row without a single event. With the pauses below they take about three minutes. */
const MAX_ATTEMPTS = 12;
const MAX_PAUSE_MS = 30_000;

/**
 * Follows a stream across lost connections, without gap or duplicate: every new connection begins after the last cursor seen.
 * A stream that cannot be opened in the first place fails at once.
 *
 * @param open one connection, from after the cursor on; undefined is the cursor that the person gave, or none.
 * @throws Failure if the gateway refuses, or is away for too long; its message then says how to go on.
 */
export async function* follow<Event>(
  open: (after: string | undefined) => AsyncGenerator<Event>,
  cursorOf: (event: Event) => string,
  io: CliIo,
): AsyncGenerator<Event> {
  let cursor: string | undefined;
  let attempts = 0;
  while (!io.signal.aborted) {
    try {
      for await (const event of open(cursor)) {
        cursor = cursorOf(event);
        attempts = 0;
        yield event;
      }
    } catch (error) {
      const lost = error instanceof ConnectionLost;
      if (!lost && !(attempts + (cursor === undefined ? 0 : 1) > 0 && isAway(error))) throw error;
      attempts += 1;
      if (attempts > MAX_ATTEMPTS) throw givenUp(error, cursor);
      if (attempts === 1) io.stderr.write(`Lost the gateway: ${plainLine(error.message)}. Trying again …\n`);
      await io.pause(Math.min(MAX_PAUSE_MS, 250 * 2 ** attempts), io.signal);
    }
  }
}

function isAway(error: unknown): error is Failure {
  return error instanceof Failure && error.code === "NO_GATEWAY";
}

function givenUp(error: Error, cursor: string | undefined): Failure {
  const goOn = cursor === undefined ? "" : ` Go on later with --after ${cursor}.`;
  return new Failure("NO_GATEWAY", `Gave up after ${MAX_ATTEMPTS} attempts: ${error.message}${goOn}`);
}
