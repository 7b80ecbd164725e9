import type { AssetId } from "../../domain/ids.ts";
import type { AssetIndex, AssetUpdate } from "../../ports/ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { foldText, nameToPath, plainText } from "../name-path.ts";
import { type Slots, statement, type Write } from "../statement.ts";
import type { ElementKind } from "../tables.ts";

const ASSET_COLUMNS = {
  id: "text",
  revision: "integer",
  kind: "text?",
  state: "text?",
  status: "text?",
  has_owner: "integer?",
  created_at: "text?",
  changed_position: "integer",
  path: "text?",
  body: "text?",
  name_folded: "text?",
  description_folded: "text?",
} as const satisfies Columns;
type AssetRow = DataRow<typeof ASSET_COLUMNS>;
const NAMES = Object.keys(ASSET_COLUMNS) as (keyof typeof ASSET_COLUMNS)[];
const CHANGEABLE = NAMES.filter((it) => it !== "id" && it !== "created_at");

/** A new asset of which nothing was concluded yet. */
const NO_INDEX: AssetIndex = {
  status: "UNKNOWN",
  owners: [],
  classifications: [],
  sensitivity: null,
  domain: null,
  description: null,
};

const insertAssets = statement((db, slots: Slots<{ assets: readonly AssetRow[] }>) =>
  db
    .insertInto("asset")
    .columns(NAMES)
    .expression((eb) => eb.selectFrom(slots.rows("assets", ASSET_COLUMNS)).select(NAMES)),
);
/** What a row leaves null stays as it is. */
const updateAssets = statement((db, slots: Slots<{ assets: readonly AssetRow[] }>) =>
  db
    .updateTable("asset")
    .from(slots.rows("assets", ASSET_COLUMNS))
    .set((eb) =>
      Object.fromEntries(CHANGEABLE.map((it) => [it, eb.fn.coalesce(eb.ref(`rows.${it}`), eb.ref(`asset.${it}`))])),
    )
    .whereRef("asset.id", "=", "rows.id"),
);

/** Makes and changes assets and what lists find them by; each moves to its next revision. */
export function writeAssets(updates: readonly AssetUpdate[], head: number): Write[] {
  const made = updates.filter((it) => it.expectedRevision === 0);
  const changed = updates.filter((it) => it.expectedRevision !== 0);
  const madeRows = made.map((it) => toAssetRow({ ...it, index: it.index ?? NO_INDEX }, head));
  return [
    ...(made.length > 0 ? [insertAssets.with({ assets: madeRows })] : []),
    ...(changed.length > 0 ? [updateAssets.with({ assets: changed.map((it) => toAssetRow(it, head)) })] : []),
    ...writeElements(updates),
  ];
}

function toAssetRow({ id, expectedRevision, asset, index }: AssetUpdate, head: number): AssetRow {
  return {
    id,
    revision: expectedRevision + 1,
    kind: asset?.kind ?? null,
    state: asset?.state ?? null,
    status: index?.status ?? null,
    has_owner: index ? Number(index.owners.length > 0) : null,
    created_at: asset ? plainText(asset.createdAt) : null,
    changed_position: head,
    path: asset ? nameToPath(asset.name) : null,
    body: asset ? JSON.stringify(asset) : null,
    name_folded: asset ? foldText(asset.name) : null,
    description_folded: index ? foldText(index.description ?? "") : null,
  };
}

const ELEMENT_COLUMNS = { asset: "text", kind: "text", value: "text" } as const satisfies Columns;
type ElementRow = { readonly asset: string; readonly kind: ElementKind; readonly value: string };

const deleteElements = statement((db, slots: Slots<{ assets: readonly string[] }>) =>
  db.deleteFrom("asset_element").where(({ ref }) => slots.among(ref("asset"), "assets")),
);
const insertElements = statement((db, slots: Slots<{ elements: readonly ElementRow[] }>) =>
  db
    .insertInto("asset_element")
    .columns(["asset", "kind", "value"])
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("elements", ELEMENT_COLUMNS))
        .select((it) => ["asset", it.ref("kind").$castTo<ElementKind>().as("kind"), "value"]),
    ),
);

function writeElements(updates: readonly AssetUpdate[]): Write[] {
  const indexed = updates.filter((it) => it.index);
  const known = indexed.filter((it) => it.expectedRevision !== 0).map((it) => it.id);
  const elements = indexed.flatMap((it) => toElementRows(it.id, it.index as AssetIndex));
  return [
    ...(known.length > 0 ? [deleteElements.with({ assets: known })] : []),
    ...(elements.length > 0 ? [insertElements.with({ elements })] : []),
  ];
}

function toElementRows(asset: AssetId, index: AssetIndex): ElementRow[] {
  const rows = (kind: ElementKind, values: readonly (string | null)[]): ElementRow[] =>
    [...new Set(values)].flatMap((value) => (value === null ? [] : [{ asset, kind, value: plainText(value) }]));
  return [
    ...rows("owner", index.owners),
    ...rows("classification", index.classifications),
    ...rows("sensitivity", [index.sensitivity]),
    ...rows("domain", [index.domain]),
  ];
}
