/** Which assets and sources, as `ScopeInput` of the graph wants it. */
export interface Scope {
  readonly assets?: readonly string[];
  readonly names?: readonly string[];
  readonly sources?: readonly string[];
}

export function isAssetId(text: string): boolean {
  return /^asset:[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}

/** `assets`: ids, canonical names and globs of them as they stand on the command line. Nothing given means everything. */
export function toScope(assets: readonly string[], sources: readonly string[] | undefined): Scope | undefined {
  const ids = assets.filter(isAssetId);
  const names = assets.filter((it) => !isAssetId(it));
  const scope = {
    ...(ids.length > 0 ? { assets: ids } : {}),
    ...(names.length > 0 ? { names } : {}),
    ...(sources && sources.length > 0 ? { sources } : {}),
  };
  return Object.keys(scope).length > 0 ? scope : undefined;
}
