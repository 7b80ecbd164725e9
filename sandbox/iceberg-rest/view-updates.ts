import { isDeepStrictEqual } from "node:util";
import { badRequest } from "./catalog-error.ts";
import type { CreateViewRequest, ViewUpdate } from "./requests.ts";
import { lastAdded, schemaWithId } from "./table-updates.ts";
import type { ViewMetadata, ViewVersion } from "./view-metadata.ts";

interface Draft {
  view: ViewMetadata;
  readonly now: number;
  addedSchema?: number;
  addedVersion?: number;
}

/** The first metadata of a view. @throws CatalogError 400 if the request contradicts itself. */
export function newViewMetadata(request: CreateViewRequest, uuid: string, location: string, now: number): ViewMetadata {
  const { schema } = schemaWithId([], request.schema);
  const version = { ...request["view-version"], "schema-id": schema["schema-id"] };
  return {
    "view-uuid": uuid,
    "format-version": 1,
    location,
    "current-version-id": version["version-id"],
    versions: [version],
    "version-log": [{ "timestamp-ms": now, "version-id": version["version-id"] }],
    schemas: [schema],
    properties: request.properties ?? {},
  };
}

/** The view after `updates`; `base` itself where there are none. @throws CatalogError 400 where one contradicts the view. */
export function applyViewUpdates(base: ViewMetadata, updates: readonly ViewUpdate[], now: number): ViewMetadata {
  const draft: Draft = { view: base, now };
  for (const update of updates) draft.view = { ...draft.view, ...applyUpdate(draft, update) };
  return draft.view;
}

function applyUpdate(draft: Draft, update: ViewUpdate): Partial<ViewMetadata> {
  const { view } = draft;
  switch (update.action) {
    case "assign-uuid":
      if (update.uuid.toLowerCase() !== view["view-uuid"]) throw badRequest("Cannot reassign the view's UUID");
      return {};
    case "upgrade-format-version":
      if (update["format-version"] !== 1)
        throw badRequest(`Cannot upgrade view to format version: v${update["format-version"]}`);
      return {};
    case "set-location":
      return { location: update.location };
    case "set-properties":
      return { properties: { ...view.properties, ...update.updates } };
    case "remove-properties":
      return {
        properties: Object.fromEntries(
          Object.entries(view.properties).filter(([key]) => !update.removals.includes(key)),
        ),
      };
    case "add-schema": {
      const { schema } = schemaWithId(view.schemas, update.schema);
      draft.addedSchema = schema["schema-id"];
      const known = view.schemas.some((it) => it["schema-id"] === schema["schema-id"]);
      return known ? {} : { schemas: [...view.schemas, schema] };
    }
    case "add-view-version":
      return addVersion(draft, update["view-version"]);
    case "set-current-view-version":
      return setCurrentVersion(draft, update["view-version-id"]);
    default:
      return update satisfies never;
  }
}

function addVersion(draft: Draft, added: ViewVersion): Partial<ViewMetadata> {
  const { versions, schemas } = draft.view;
  const schemaId = lastAdded("schema", added["schema-id"], draft.addedSchema);
  if (!schemas.some((it) => it["schema-id"] === schemaId))
    throw badRequest(`Cannot add version with unknown schema: ${schemaId}`);
  const body = ({ "version-id": _id, "timestamp-ms": _at, ...it }: ViewVersion): unknown => it;
  const version = { ...added, "schema-id": schemaId };
  const same = versions.find((it) => isDeepStrictEqual(body(it), body(version)));
  const taken = versions.some((it) => it["version-id"] >= added["version-id"]);
  const next = taken ? Math.max(...versions.map((it) => it["version-id"])) + 1 : added["version-id"];
  draft.addedVersion = same?.["version-id"] ?? next;
  return same ? {} : { versions: [...versions, { ...version, "version-id": next }] };
}

function setCurrentVersion({ view, addedVersion, now }: Draft, wanted: number): Partial<ViewMetadata> {
  const id = lastAdded("view version", wanted, addedVersion);
  if (!view.versions.some((it) => it["version-id"] === id))
    throw badRequest(`Cannot set current version to unknown version: ${id}`);
  if (id === view["current-version-id"]) return {};
  return {
    "current-version-id": id,
    "version-log": [...view["version-log"], { "timestamp-ms": now, "version-id": id }],
  };
}
