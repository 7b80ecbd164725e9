/** Milliseconds on the machine's monotonic clock: the same for all processes of one machine. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
