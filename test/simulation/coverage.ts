/** Counts what histories contained, so that a run in which something never occurred fails instead of passing by vacuum. */
export class Coverage {
  readonly counts = new Map<string, number>();

  count(event: string, times = 1): void {
    this.counts.set(event, (this.counts.get(event) ?? 0) + times);
  }

  add(other: Iterable<readonly [string, number]>): void {
    for (const [event, times] of other) this.count(event, times);
  }
}
