/** What a governance catalog says of one asset; the values are what its normalisers take, not what they give. */
export interface GovernedAsset {
  readonly kind: "NAMESPACE" | "TABLE" | "VIEW";
  readonly name: readonly string[];
  /** Keys are field keys without columns: "owners", "custom.costCenter". */
  readonly fields: Readonly<Record<string, unknown>>;
  /** By column name. */
  readonly columns?: Readonly<Record<string, GovernedColumn>>;
}

export interface GovernedColumn {
  readonly description?: string;
  readonly classifications?: readonly string[];
}

export function namespace(name: string, fields: Readonly<Record<string, unknown>>): GovernedAsset {
  return { kind: "NAMESPACE", name: name.split("."), fields };
}

export function table(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  columns?: Readonly<Record<string, GovernedColumn>>,
): GovernedAsset {
  return { kind: "TABLE", name: name.split("."), fields, ...(columns ? { columns } : {}) };
}

export function view(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  columns?: Readonly<Record<string, GovernedColumn>>,
): GovernedAsset {
  return { ...table(name, fields, columns), kind: "VIEW" };
}

/** A column of personal data. */
export function personal(kind: string, description?: string): GovernedColumn {
  return { classifications: [`pii.${kind}`], ...(description === undefined ? {} : { description }) };
}

export function described(description: string): GovernedColumn {
  return { description };
}

/** A column that leads to a person by its key. */
export const PERSON_KEY: GovernedColumn = personal(
  "reference",
  "Surrogate key of a person in retail.customer.customer.",
);
