const ETAG = "etag:";

/**
 * The version of an asset: the ETag of its representation, marked as such, or where its metadata lies. An ETag cannot be told
 * by its look: the reference server sends it without the quotes that HTTP asks for.
 */
export function toVersion(etag: string | undefined, metadataLocation: string | undefined): string | null {
  return etag === undefined || etag === "" ? (metadataLocation ?? null) : ETAG + etag;
}

/** The ETag in a version, exactly as the server sent it; undefined if there is none. */
export function etagOf(version: string | undefined): string | undefined {
  return version?.startsWith(ETAG) ? version.slice(ETAG.length) : undefined;
}
