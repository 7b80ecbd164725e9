/** The states of a governed field, from best to worst. */
export const FIELD_STATUSES = ["IN_SYNC", "WAIVED", "PENDING", "UNKNOWN", "DRIFTED", "CONFLICT"] as const;
export type FieldStatus = (typeof FIELD_STATUSES)[number];

export function worstStatus(statuses: Iterable<FieldStatus>): FieldStatus {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, FIELD_STATUSES.indexOf(status));
  return FIELD_STATUSES[worst] as FieldStatus;
}
