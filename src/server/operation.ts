import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import type { RequestContext } from "./create-context.ts";
import { maskError, type ReportUnexpected } from "./mask-error.ts";
import { checkLimits, MAX_TOKENS, type Variables } from "./query-limits.ts";

export interface OperationRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

/** An operation that may be executed. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

/** The operation, or why it cannot be run. */
export type ReadOperation = (request: OperationRequest) => Operation | readonly GraphQLError[];

/** Parsed and valid documents are kept, so that reconnecting subscribers do not pay for them again. */
const KEPT_DOCUMENTS = 500;
const MAX_KEPT_TEXT = 20_000;

/** Parses, validates and bounds what comes over WebSocket and SSE, as Apollo Server does for the rest. */
export function createOperationReader(schema: GraphQLSchema): ReadOperation {
  const documents = new Map<string, DocumentNode>();
  return ({ query, operationName, variables }) => {
    let document = documents.get(query);
    if (!document) {
      const read = readDocument(schema, query);
      if (!("kind" in read)) return read;
      document = read;
      const oldest = documents.keys().next().value;
      if (documents.size >= KEPT_DOCUMENTS && oldest !== undefined) documents.delete(oldest);
      if (query.length <= MAX_KEPT_TEXT) documents.set(query, document);
    }
    const definition = getOperationAST(document, operationName);
    if (!definition)
      return [
        coded("Say with `operationName` which of the document's operations to run.", "OPERATION_RESOLUTION_FAILURE"),
      ];
    const tooMuch = checkLimits(schema, document, definition, variables);
    return tooMuch ? [tooMuch] : { schema, document, definition, operationName, variables };
  };
}

function readDocument(schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: MAX_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, "GRAPHQL_PARSE_FAILED")];
    throw error;
  }
  const errors = validate(schema, document, specifiedRules, { maxErrors: 20 });
  return errors.length > 0 ? errors.map((it) => withCode(it, "GRAPHQL_VALIDATION_FAILED")) : document;
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, extensions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code, ...extensions },
  });
}

function coded(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** Executes a query, a mutation, or a subscription's document on one event. */
export async function runOperation(
  operation: Operation,
  context: RequestContext,
  rootValue: unknown,
  report: ReportUnexpected,
): Promise<ExecutionResult> {
  const { schema, document, operationName, variables } = operation;
  const result = await execute({
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context,
    rootValue,
  });
  return toResponse(result, context.reported, report);
}

/** The result as it is sent: errors masked, with those that stand beside the data. */
export function toResponse(
  { data, errors = [] }: ExecutionResult,
  reported: readonly GraphQLError[],
  report: ReportUnexpected,
): ExecutionResult {
  const shown = [...errors, ...reported].map((it) => maskError(it, report));
  return { ...(shown.length > 0 && { errors: shown }), ...(data !== undefined && { data }) };
}
