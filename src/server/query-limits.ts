import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";

const MAX_DEPTH = 15;
/** Fields that an answer may hold, as far as can be told from the page sizes asked for. */
const MAX_COST = 250_000;
/** Selections that are walked through: fragments that spread fragments multiply, and may hold no field that costs anything. */
const MAX_SELECTIONS = 100_000;
export const MAX_TOKENS = 10_000;
const DEFAULT_PAGE = 50;

export type Variables = Readonly<Record<string, unknown>>;

interface Walk {
  readonly schema: GraphQLSchema;
  readonly variables: Variables;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  cost: number;
  selections: number;
}

/**
 * Refuses an operation that nests too deep, or that would answer with too many fields: each counts as often as the page sizes around
 * it say. The document is valid, so its fragments end. Introspection is bounded by graphql-js itself.
 */
export function checkLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): GraphQLError | undefined {
  const definitions = document.definitions.filter((it) => it.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((it) => [it.name.value, it]));
  const walk: Walk = { schema, variables, fragments, cost: 0, selections: 0 };
  try {
    visit(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, 1, 1, walk);
    return undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function visit(
  set: SelectionSetNode,
  parent: GraphQLNamedType | undefined,
  depth: number,
  times: number,
  walk: Walk,
): void {
  for (const selection of set.selections) {
    walk.selections += 1;
    if (walk.selections > MAX_SELECTIONS)
      throw tooMuch(
        `The operation selects more than ${MAX_SELECTIONS} times. Spread fewer fragments within fragments.`,
      );
    switch (selection.kind) {
      case Kind.FIELD:
        visitField(selection, parent, depth, times, walk);
        break;
      case Kind.INLINE_FRAGMENT: {
        const type = selection.typeCondition ? walk.schema.getType(selection.typeCondition.name.value) : parent;
        visit(selection.selectionSet, type, depth, times, walk);
        break;
      }
      case Kind.FRAGMENT_SPREAD: {
        const fragment = walk.fragments.get(selection.name.value);
        if (fragment)
          visit(fragment.selectionSet, walk.schema.getType(fragment.typeCondition.name.value), depth, times, walk);
        break;
      }
      default:
        selection satisfies never;
    }
  }
}

function visitField(
  field: FieldNode,
  parent: GraphQLNamedType | undefined,
  depth: number,
  times: number,
  walk: Walk,
): void {
  if (field.name.value.startsWith("__")) return;
  if (depth > MAX_DEPTH) throw tooMuch(`The operation nests deeper than ${MAX_DEPTH} fields. Ask in several queries.`);
  walk.cost += times;
  if (walk.cost > MAX_COST) {
    throw tooMuch(
      `The answer could hold more than ${MAX_COST} fields. Ask for smaller pages (\`first\`), or for fewer fields.`,
    );
  }
  if (!field.selectionSet) return;
  const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
  const pages = definition?.args.some((it) => it.name === "first") ?? false;
  const type = definition && getNamedType(definition.type);
  visit(field.selectionSet, type, depth + 1, times * elementsOf(field, pages, walk.variables), walk);
}

function elementsOf(field: FieldNode, pages: boolean, variables: Variables): number {
  let found = pages ? DEFAULT_PAGE : 1;
  for (const { name, value } of field.arguments ?? []) {
    if (name.value === "first" || name.value === "last") found = Math.max(1, numberOf(value, variables) ?? found);
    if (name.value === "ids") found = lengthOf(value, variables);
  }
  return found;
}

function numberOf(value: ValueNode, variables: Variables): number | undefined {
  if (value.kind === Kind.INT) return Number(value.value);
  const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return typeof given === "number" ? given : undefined;
}

function lengthOf(value: ValueNode, variables: Variables): number {
  if (value.kind === Kind.LIST) return Math.max(1, value.values.length);
  const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return Array.isArray(given) ? Math.max(1, given.length) : 1;
}

function tooMuch(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "QUERY_TOO_COMPLEX", http: { status: 400 } } });
}
