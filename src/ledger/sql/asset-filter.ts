import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { AssetFilter } from "../../ports/ledger.ts";
import type { Engine } from "../engine.ts";
import { foldText, plainText } from "../name-path.ts";
import type { ElementKind, LedgerTables } from "../tables.ts";
import { amongValues, matchesAny } from "./glob-filter.ts";

type AssetExpressions = ExpressionBuilder<LedgerTables, "asset">;
type Condition = Expression<SqlBool>;

const MAX_FILTERS = 200;

/**
 * The condition that a filter stands for; an empty filter takes everything, an empty list nothing.
 *
 * @throws TypeError if a pattern is malformed or more than 200 filters are nested in one another.
 */
export function assetCondition(eb: AssetExpressions, engine: Engine, filter: AssetFilter): Condition {
  return new AssetConditions(eb, engine).of(filter);
}

class AssetConditions {
  readonly #eb: AssetExpressions;
  readonly #engine: Engine;
  #left = MAX_FILTERS;

  constructor(eb: AssetExpressions, engine: Engine) {
    this.#eb = eb;
    this.#engine = engine;
  }

  of(filter: AssetFilter): Condition {
    if (this.#left-- === 0) throw new TypeError(`A filter holds at most ${MAX_FILTERS} filters: ask for less at once.`);
    const eb = this.#eb;
    return eb.and([
      ...this.#lists(filter),
      ...this.#elements(filter),
      ...this.#rest(filter),
      ...(filter.and ?? []).map((it) => this.of(it)),
      ...(filter.or ? [eb.or(filter.or.map((it) => this.of(it)))] : []),
      ...(filter.not ? [eb.not(this.of(filter.not))] : []),
    ]);
  }

  #lists({ ids, kinds, states, statuses, names, sources }: AssetFilter): Condition[] {
    const eb = this.#eb;
    const found: Condition[] = [];
    if (ids) found.push(this.#among(eb.ref("asset.id"), ids));
    if (kinds) found.push(this.#among(eb.ref("asset.kind"), kinds));
    if (states) found.push(this.#among(eb.ref("asset.state"), states));
    if (statuses) found.push(this.#among(eb.ref("asset.status"), statuses));
    if (names) found.push(matchesAny(eb, this.#engine, eb.ref("asset.path"), names, true));
    if (sources) {
      const bound = eb.selectFrom("binding").select("binding.asset");
      found.push(
        eb(
          "asset.id",
          "in",
          bound.where((it) => this.#among(it.ref("binding.source"), sources)),
        ),
      );
    }
    return found;
  }

  #elements({ owners, classifications, sensitivities, domains, hasOwner }: AssetFilter): Condition[] {
    const eb = this.#eb;
    const found: Condition[] = [];
    if (owners) found.push(this.#hasElement("owner", owners));
    if (classifications) found.push(this.#hasElement("classification", classifications));
    if (sensitivities) found.push(this.#hasElement("sensitivity", sensitivities));
    if (domains) found.push(this.#hasElement("domain", domains));
    if (hasOwner !== undefined) found.push(eb("asset.has_owner", "=", Number(hasOwner)));
    return found;
  }

  #rest({ text, changedSince }: AssetFilter): Condition[] {
    const eb = this.#eb;
    const found: Condition[] = [];
    if (changedSince !== undefined) found.push(eb("asset.changed_position", ">", changedSince));
    if (text !== undefined) {
      const part = foldText(text);
      found.push(
        eb.or([
          this.#engine.contains(eb.ref("asset.name_folded"), part),
          this.#engine.contains(eb.ref("asset.description_folded"), part),
        ]),
      );
    }
    return found;
  }

  #hasElement(kind: ElementKind, values: readonly string[]): Condition {
    const eb = this.#eb;
    const bearers = eb.selectFrom("asset_element").select("asset_element.asset").where("asset_element.kind", "=", kind);
    return eb(
      "asset.id",
      "in",
      bearers.where((it) => this.#among(it.ref("asset_element.value"), values.map(plainText))),
    );
  }

  #among(ref: Expression<unknown>, values: readonly string[]): Condition {
    return amongValues(this.#engine, ref, values);
  }
}
