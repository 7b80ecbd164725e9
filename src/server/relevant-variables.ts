import { type DocumentNode, Kind, type OperationDefinitionNode, visit } from "graphql";
import type { Variables } from "./query-limits.ts";

/**
 * The variables on which the answer to one event depends. Arguments of a subscription's root field say which events come, not what is told
 * of each: so subscribers that differ in `after` or `filter` only are answered alike. Any variable that stands anywhere else counts.
 */
export function relevantVariables(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  variables: Variables,
): Variables {
  const named = new Set<string>();
  const collect = {
    Variable: ({ name }: { readonly name: { readonly value: string } }) => void named.add(name.value),
  };
  for (const directive of definition.directives ?? []) visit(directive, collect);
  for (const root of definition.selectionSet.selections) {
    // An empty list in place of the arguments: nothing else of the root field is left out.
    visit(root.kind === Kind.FIELD ? { ...root, arguments: [] } : root, collect);
  }
  for (const it of document.definitions) if (it.kind === Kind.FRAGMENT_DEFINITION) visit(it, collect);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => named.has(name)));
}
