import type { SourceId } from "../../src/domain/ids.ts";
import type { Coverage } from "./coverage.ts";
import type { Faults } from "./faults.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Scheduler } from "./scheduler.ts";

const HOUR = 3_600_000;

interface Window {
  readonly from: number;
  readonly until: number;
}

/** What is out of order for a while: a source that nobody reaches, for an hour or for a while at the beginning, one that one process does not reach, a full disk, a table that breaks whoever touches it. */
export class Outages {
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #coverage: Coverage;
  readonly #hole: (Window & { readonly source: SourceId }) | undefined;
  readonly #cut: (Window & { readonly source: SourceId; readonly process: number }) | undefined;
  readonly #early: (Window & { readonly source: SourceId }) | undefined;
  readonly #disk: Window | undefined;
  readonly #poison: string | undefined;

  constructor(
    { ids, ofTags }: { readonly ids: readonly SourceId[]; readonly ofTags: readonly SourceId[] },
    replicas: number,
    parts: { readonly scheduler: Scheduler; readonly faults: Faults; readonly coverage: Coverage },
    random: RandomStream,
  ) {
    const { coverage, faults, scheduler } = parts;
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#coverage = coverage;
    const window = (length: number): Window => {
      const from = scheduler.now + random.int(0, 60_000);
      return { from, until: from + length };
    };
    const early = scheduler.now + random.int(0, 20_000);
    if (faults.kinds.has("blackHole")) this.#hole = { source: random.pick(ids), ...window(HOUR) };
    if (faults.kinds.has("partition"))
      this.#cut = {
        source: random.pick(ids),
        process: random.int(0, replicas - 1),
        ...window(random.int(10_000, 300_000)),
      };
    if (faults.kinds.has("downEarly"))
      this.#early = { source: random.pick(ofTags), from: early, until: early + random.int(10_000, 120_000) };
    if (faults.kinds.has("diskFull")) this.#disk = window(random.int(5_000, 60_000));
    if (faults.kinds.has("poison")) this.#poison = `t${random.int(1, 3)}`;
  }

  /** A source that does not answer, as long as there is one. */
  get hole(): (Window & { readonly source: SourceId }) | undefined {
    return this.#faults.on ? this.#hole : undefined;
  }

  get poison(): string | undefined {
    return this.#faults.on ? this.#poison : undefined;
  }

  get downEarly(): SourceId | undefined {
    return this.#early?.source;
  }

  /** Whether it refuses every connection just now. */
  isDown(source: SourceId): boolean {
    const isIt = this.#early?.source === source && this.#isNow(this.#early);
    return isIt && !this.#strikes("fault: an authority was down soon after the gateway started");
  }

  reaches(process: number, source: SourceId): boolean {
    if (this.#isNow(this.hole) && this.hole?.source === source)
      return this.#strikes("fault: a source was a black hole");
    const isCut = this.#cut?.source === source && this.#cut.process === process && this.#isNow(this.#cut);
    return isCut ? this.#strikes("fault: one process did not reach one source") : true;
  }

  isPoisoned(name: readonly string[]): boolean {
    const isIt = this.poison !== undefined && name.at(-1) === this.poison;
    return isIt && !this.#strikes("fault: a table broke whoever touched it");
  }

  isDiskFull(): boolean {
    return this.#isNow(this.#disk) && !this.#strikes("fault: the disk was full");
  }

  #isNow(window: Window | undefined): boolean {
    const { now } = this.#scheduler;
    return this.#faults.on && window !== undefined && window.from <= now && now < window.until;
  }

  #strikes(event: string): false {
    this.#coverage.count(event);
    return false;
  }
}
