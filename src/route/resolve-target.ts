import { type FieldKey, fieldKindOf, isFieldOn, keyToPath, pathToKey } from "../domain/field.ts";
import { parseAssetId } from "../domain/ids.ts";
import { err, ok, type Result } from "../domain/result.ts";
import type { AssetState } from "../domain/state.ts";
import { columnsOf, factsOf } from "../plan/source-facts.ts";
import type { Engine } from "../ports/engine.ts";
import type { FieldMutation, UserError } from "../ports/gateway.ts";
import type { Part } from "../treaty/decision.ts";
import { userError } from "./user-errors.ts";

/** What a mutation is about: the asset as known, the field's stable key, and who decides on it. */
export interface Target {
  readonly state: AssetState;
  readonly key: FieldKey;
  readonly parts: readonly [Part, ...Part[]];
}

export async function resolveAsset(engine: Engine, mutation: FieldMutation): Promise<Result<AssetState, UserError>> {
  const { asset } = mutation;
  const state = "id" in asset ? await byId(engine, asset.id) : await byName(engine, asset.name);
  if (!state) {
    const said = "id" in asset ? `id "${asset.id}"` : `name "${asset.name}"`;
    return err(
      userError(
        "ASSET_NOT_FOUND",
        `There is no asset with ${said}. Look it up with the query "assets", or scan its source.`,
        ["asset"],
      ),
    );
  }
  if (state.asset.state !== "ACTIVE") {
    const since = state.asset.retiredAt ?? state.asset.missingSince ?? "";
    return err(
      userError(
        "ASSET_RETIRED",
        `${state.asset.name} is ${state.asset.state} since ${since}: its lakehouse no longer lists it.`,
        ["asset"],
      ),
    );
  }
  return ok(state);
}

async function byId(engine: Engine, id: string): Promise<AssetState | undefined> {
  try {
    return (await engine.ledger.loadStates([parseAssetId(id)]))[0];
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function byName(engine: Engine, name: string): Promise<AssetState | undefined> {
  const [id] = await engine.ledger.findAssets([{ name }], true);
  return id && (await engine.ledger.loadStates([id]))[0];
}

export function resolveField(engine: Engine, state: AssetState, path: string): Result<Target, UserError> {
  const columns = columnsOf(state);
  const key = pathToKey(path, columns);
  if (!key || !isFieldOn(state.asset.kind, fieldKindOf(key))) {
    const column = /^columns\.(.+)\.(description|classifications)$/s.exec(path)?.[1];
    const what = column === undefined ? `no field "${path}"` : `no column "${column}"`;
    const has =
      column === undefined
        ? "Fields: owners, classifications, sensitivity, retention, domain, description, lifecycle, custom.NAME"
        : `It has ${
            columns
              .map((it) => it.name)
              .slice(0, 20)
              .join(", ") || "none"
          }`;
    return err(
      userError(
        "UNKNOWN_FIELD",
        `${state.asset.name} has ${what}. ${has}.`,
        column === undefined ? ["field"] : ["column"],
      ),
    );
  }
  const kind = fieldKindOf(key);
  const parts = engine.treaty.decide(factsOf(state), { key, path: keyToPath(key, columns), kind });
  if (kind === "schema")
    return err(userError("READ_ONLY_FIELD", "The schema is changed in the lakehouse, not here.", ["field"]));
  return ok({ state, key, parts });
}
