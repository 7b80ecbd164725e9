const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/**
 * The form in which the ledger's times are written and compared: UTC with milliseconds.
 *
 * @throws TypeError if `time` is not RFC 3339.
 */
export function toUtc(time: string): string {
  const parsed = RFC_3339.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(parsed)) throw new TypeError(`Not a time: "${time}". Write it like 2026-01-31T12:00:00Z.`);
  return new Date(parsed).toISOString();
}
