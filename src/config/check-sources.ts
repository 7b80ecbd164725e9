import type { SourceConfig } from "./config.ts";
import type { SettingPath } from "./yaml-file.ts";

/** What must hold between the sources: canonical names stay apart, and there is one embedded catalog at most. */
export function checkSources(
  sources: readonly SourceConfig[],
  report: (path: SettingPath, message: string) => void,
): void {
  const [, ...more] = sources.filter((it) => it.type === "embedded");
  for (const { id } of more) report(["sources", id], "There can be one embedded catalog only. Take one out.");

  const lakehouses = sources.filter((it) => it.role === "lakehouse");
  if (lakehouses.length < 2) return;
  for (const [at, { id, namePrefix }] of lakehouses.entries()) {
    if (namePrefix.length === 0) {
      const message = `With several lakehouses each needs a prefix, so that equal names do not meet. State names: { prefix: "${id}" }.`;
      report(["sources", id], message);
      continue;
    }
    const earlier = lakehouses
      .slice(0, at)
      .find((it) => it.namePrefix.length > 0 && beginsAlike(it.namePrefix, namePrefix));
    if (earlier) {
      const message = `Its prefix and that of "${earlier.id}" can lead to the same names. Let neither begin with the other.`;
      report(["sources", id, "names", "prefix"], message);
    }
  }
}

function beginsAlike(left: readonly string[], right: readonly string[]): boolean {
  return left.slice(0, right.length).every((it, index) => it === right[index]);
}
