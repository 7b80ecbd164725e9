/** A subscriber that has not taken an event for this long is closed: milliseconds. */
const SLOW_AFTER_MS = 15_000;

export interface Subscriber {
  /** The event was handed over, and the subscriber has not asked for the next one yet. */
  sending(): void;
  /** It asked for the next one. */
  ready(): void;
  ended(): void;
}

/** Watches that subscribers take what they are given. None is ever given a second event before it took the first. */
export interface Subscribers extends Disposable {
  /** @param tooSlow called once, if the subscriber does not take an event in time. */
  watch(tooSlow: () => void): Subscriber;
  readonly size: number;
}

interface Watched {
  since: number | undefined;
  readonly tooSlow: () => void;
}

/** One timer for all of them: at worst a subscriber is closed a quarter of the time late. */
export function watchSubscribers(
  slowAfterMs = SLOW_AFTER_MS,
  now: () => number = () => performance.now(),
): Subscribers {
  const all = new Set<Watched>();
  const timer = setInterval(() => {
    const latest = now() - slowAfterMs;
    for (const it of all) {
      if (it.since === undefined || it.since > latest) continue;
      all.delete(it);
      it.tooSlow();
    }
  }, slowAfterMs / 4);
  timer.unref();
  return {
    watch(tooSlow) {
      const watched: Watched = { since: undefined, tooSlow };
      all.add(watched);
      return {
        sending: () => {
          watched.since = now();
        },
        ready: () => {
          watched.since = undefined;
        },
        ended: () => void all.delete(watched),
      };
    },
    get size() {
      return all.size;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
