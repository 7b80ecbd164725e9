/** Events that a run of a few hundred histories must contain. */
export const NEEDED_EVENTS = [
  "crash", "crash while a write is under way", "crash between a write and its outcome in the log", "late application of an unknown write",
  "a write took place after its outcome was logged", "an edit between the look and the write was overwritten", "a lease was taken over",
  "a write was not visible yet when it was read back", "a listing showed what was older than what could be read",
  "a base was lost while the sides differed", "fault: the clock jumps", "fault: the ledger is put back to an older copy",
  "fault: slow", "fault: readFails", "fault: writeFails", "fault: answerLost", "fault: requestLost", "fault: listingTorn", "fault: listingTruncated",
  "fault: listingEmpty", "fault: listingForbidden", "fault: listingStale", "fault: ledgerFails", "fault: ledgerAnswerLost", "fault: stands",
  "fault: overtaken", "fault: outrun", "fault: ledgerSlow", "fault: standsAtWork", "fault: an authority was down soon after the gateway started",
  "fault: a source was a black hole", "fault: a table broke whoever touched it", "fault: the disk was full", "fault: one process did not reach one source",
  "fault: signalLost", "people: another treaty",
  "people: edit behind the gateway in lake", "people: edit behind the gateway in catalog", "people: drop in lake", "people: drop in catalog",
  "people: recreate under the same name", "people: rename", "people: a new table", "mutation: applied", "mutation: delivered twice", "mutation: no answer", "mutation: OUTCOME_UNKNOWN",
  "people: set a source to observe", "people: set a source to pause", "FIELD review: AUTHORITY decided", "FIELD review: MIRROR decided",
  "FIELD review: VALUE decided", "a mirror's value was taken as decided", "a guard stopped writes", "people: answered a guard with RELEASE",
  "what a person released was carried out", "processes had two treaties", "mutation: TREATY_OUTDATED",
] as const; // biome-ignore format: one glance

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
