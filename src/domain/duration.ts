/** ISO 8601 durations of fixed length: weeks, days, hours, minutes, seconds. Years and months have none. */
export const FIXED_DURATION =
  /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
const MS_BY_PART = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** "PT10M" → 600000 milliseconds; undefined where `text` is no duration of fixed length, or one beyond what a number holds. */
export function parseDurationMs(text: string): number | undefined {
  const found = FIXED_DURATION.exec(text);
  if (!found) return undefined;
  const total = MS_BY_PART.reduce((sum, ms, index) => sum + Number(found[index + 1] ?? 0) * ms, 0);
  return total <= Number.MAX_SAFE_INTEGER ? Math.round(total) : undefined;
}
