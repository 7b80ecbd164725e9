/**
 * Reads for all who ask at once: while one read is under way, those who ask wait for the next, which is one for all of them. None is
 * answered by a read that began before it asked.
 *
 * @param read answers as many keys as it is given, in that order.
 */
export function shareReads<K, V>(
  read: (keys: readonly K[]) => Promise<readonly V[]>,
): (keys: readonly K[]) => Promise<readonly V[]> {
  let waiting: { keys: K[]; answer: PromiseWithResolvers<readonly V[]> } | undefined;
  let running = 0;
  const start = async (keys: readonly K[]): Promise<readonly V[]> => {
    running += 1;
    try {
      return await read(keys);
    } finally {
      running -= 1;
      const next = waiting;
      waiting = undefined;
      if (next) start(next.keys).then(next.answer.resolve, next.answer.reject);
    }
  };
  return async (keys) => {
    if (running === 0) return start(keys);
    waiting ??= { keys: [], answer: Promise.withResolvers() };
    const { answer, keys: all } = waiting;
    const from = all.length;
    all.push(...keys);
    return (await answer.promise).slice(from, from + keys.length);
  };
}
