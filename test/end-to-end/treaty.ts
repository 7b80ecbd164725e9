/** One rule as concordat.yaml states it. */
type RuleText = Readonly<Record<string, unknown>>;

const GUARDS = { maxRemovals: 100_000, maxRemovalPercent: 100, maxRewrites: 100_000, maxRewritePercent: 100 };

/**
 * A config with one lakehouse and the embedded catalog, both enforced, that scans only when it is told to. The catalog has
 * authority, the lakehouse over descriptions; what appears in the lakehouse first is taken over.
 *
 * @param more rules besides; @param treaty settings of the treaty besides.
 */
export function governed(
  uri: string,
  more: readonly RuleText[] = [],
  treaty: Readonly<Record<string, unknown>> = {},
): { readonly [name: string]: unknown } {
  const scan = { every: "P1D" };
  const http = { timeout: "PT5S", callTimeout: "PT10S" };
  return {
    sources: {
      lakehouse: { type: "iceberg-rest", uri, mode: "enforce", scan, http },
      catalog: { type: "embedded", mode: "enforce", scan },
    },
    treaty: {
      defaults: { mode: "enforce", onForeignWrite: "revert", onConflict: "authority", onFirstSight: "union" },
      rules: [
        { name: "governance", fields: ["*"], authority: "catalog", mirrors: ["lakehouse"] },
        {
          name: "descriptions",
          fields: ["description", "columns.*.description"],
          authority: "lakehouse",
          mirrors: ["catalog"],
        },
        ...more,
      ],
      guards: GUARDS,
      ...treaty,
    },
  };
}
