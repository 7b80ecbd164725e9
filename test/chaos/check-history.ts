import { checkLog } from "./check-log.ts";
import { checkMutations } from "./check-mutations.ts";
import { checkSources } from "./check-sources.ts";
import { checkSubscribers } from "./check-subscribers.ts";
import type { History } from "./history.ts";

/** Everything that did not go as promised, in words; shares no code with the engine but the shapes of its log. */
export function checkHistory(history: History): readonly string[] {
  return [
    ...checkLog(history.log),
    ...checkMutations(history),
    ...checkSources(history),
    ...checkSubscribers(history.log, history.subscribers),
  ];
}
