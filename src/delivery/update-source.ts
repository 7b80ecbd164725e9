import type { NewChange } from "../domain/change.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import type { Ledger, SourceRecord } from "../ports/ledger.ts";

export interface SourceUpdate {
  readonly record: SourceRecord;
  readonly changes?: readonly NewChange[];
}

const last = new WeakMap<Ledger, Promise<unknown>>();

/**
 * Changes what the ledger holds of a source. One change at a time, each on the outcome of the one before it, so that the end of
 * a scan does not undo the mode that somebody sets meanwhile.
 *
 * @param step undefined from it, or a source that the ledger does not know: nothing to record.
 * @returns whether something was recorded.
 */
export function updateSource(
  engine: Engine,
  id: SourceId,
  step: (record: SourceRecord) => SourceUpdate | undefined,
): Promise<boolean> {
  const { ledger } = engine;
  const before = last.get(ledger) ?? Promise.resolve();
  const mine = before.then(() => recordUpdate(engine, id, step));
  last.set(
    ledger,
    mine.catch(() => undefined),
  );
  return mine;
}

async function recordUpdate(
  { bus, ledger, sources }: Engine,
  id: SourceId,
  step: (record: SourceRecord) => SourceUpdate | undefined,
): Promise<boolean> {
  const record = (await ledger.readSources()).find((it) => it.id === id);
  const update = record && step(record);
  if (!update) return false;
  const result = await ledger.commit({ sources: [update.record], changes: update.changes ?? [] });
  await sources.refresh();
  if (result.ok) bus.announce(result.head);
  return result.ok;
}
