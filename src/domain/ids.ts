declare const brand: unique symbol;
export type Brand<Name extends string> = string & { readonly [brand]: Name };

/** Graph-wide and opaque: a rename keeps it, a reused name gets another. */
export type AssetId = Brand<"AssetId">;
/** One connected system, as `concordat.yaml` names it: "lakehouse-prod". */
export type SourceId = Brand<"SourceId">;
/** One difference that the treaty does not allow, from its opening to its resolution. */
export type DriftId = Brand<"DriftId">;
/** One remote write that was intended; it has exactly one outcome in the log. */
export type IntentId = Brand<"IntentId">;
/** One question put to a person. That on a drift has the drift's ULID. */
export type ReviewId = Brand<"ReviewId">;

const ULID = "[0-9A-HJKMNP-TV-Z]{26}";
const ASSET_ID = new RegExp(`^asset:${ULID}$`);
const DRIFT_ID = new RegExp(`^drift:${ULID}$`);
const INTENT_ID = new RegExp(`^intent:${ULID}$`);
const REVIEW_ID = new RegExp(`^review:${ULID}$`);
const SOURCE_ID = /^[a-z][a-z0-9-]{0,62}$/;

/** @throws TypeError if `text` is not `asset:` and a ULID. */
export function parseAssetId(text: string): AssetId {
  if (!ASSET_ID.test(text)) throw new TypeError(`Not an asset id: "${text}"`);
  return text as AssetId;
}

/** @throws TypeError if `text` is not `drift:` and a ULID. */
export function parseDriftId(text: string): DriftId {
  if (!DRIFT_ID.test(text)) throw new TypeError(`Not a drift id: "${text}"`);
  return text as DriftId;
}

/** @throws TypeError if `text` is not `intent:` and a ULID. */
export function parseIntentId(text: string): IntentId {
  if (!INTENT_ID.test(text)) throw new TypeError(`Not an intent id: "${text}"`);
  return text as IntentId;
}

/** @throws TypeError if `text` is not `review:` and a ULID. */
export function parseReviewId(text: string): ReviewId {
  if (!REVIEW_ID.test(text)) throw new TypeError(`Not a review id: "${text}"`);
  return text as ReviewId;
}

/** @throws TypeError unless `text` is a lower-case letter and up to 62 of `a-z`, `0-9`, `-`. */
export function parseSourceId(text: string): SourceId {
  if (!SOURCE_ID.test(text)) {
    throw new TypeError(`Not a source id: "${text}". Use lower-case letters, digits and "-", beginning with a letter.`);
  }
  return text as SourceId;
}
