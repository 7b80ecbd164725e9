import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../src/ports/random.ts";
import type { IcebergEditor } from "../support/iceberg-editor.ts";
import type { SentEdit } from "./history.ts";

export interface Tables {
  /** Whose fields clients change through the gateway. */
  readonly governed: readonly string[];
  /** Whose comments people write in the lakehouse, and nobody else. */
  readonly peoples: readonly string[];
}

/**
 * Edits the lakehouse behind the gateway's back, one edit at a time, until told to stop: comments, where the lakehouse has
 * authority; domains, where it is a mirror and the edit has to be reverted; and properties that are nobody's business.
 */
export async function runPeople(
  editor: IcebergEditor,
  { governed, peoples }: Tables,
  random: Random,
  edits: SentEdit[],
  stop: AbortSignal,
): Promise<void> {
  for (let count = 1; !stop.aborted; count += 1) {
    const draw = random.next();
    const property = draw < 0.4 ? "comment" : draw < 0.7 ? "concordat.domain" : "app.note";
    const tables = property === "comment" ? peoples : governed;
    const asset = tables[Math.floor(random.next() * tables.length)] ?? "";
    const value = `people.${count}`;
    await editor.setProperties({ kind: "TABLE", name: asset.split("."), stableId: null }, { [property]: value });
    edits.push({ asset, property, value });
    await delay(random.next() * 200);
  }
}
