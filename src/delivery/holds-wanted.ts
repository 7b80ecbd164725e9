import type { FieldKey } from "../domain/field.ts";
import { equalJson } from "../domain/json.ts";
import { ABSENT, type Reading, type Snapshot } from "../domain/reading.ts";
import type { PlannedWrite } from "../plan/plan-mirror.ts";

/** Whether what a source holds is what was to be written. */
export function holdsWanted(snapshot: Snapshot, wanted: PlannedWrite["fields"]): boolean {
  return [...wanted].every(([key, it]) => isHeld(snapshot, key, it));
}

/** The same of one field. */
export function isHeld(snapshot: Snapshot, key: FieldKey, wanted: Reading): boolean {
  const found = snapshot.fields[key] ?? ABSENT;
  if (found.state === "unknown" || (found.state === "value" && found.malformed)) return false;
  return equalJson(wanted.state === "value" ? wanted.value : null, found.state === "value" ? found.value : null);
}
