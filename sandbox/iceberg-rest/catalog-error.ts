/** An answer that is not a success, in the words of the specification's `ErrorModel`. */
export class CatalogError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.name = "CatalogError";
    this.status = status;
    this.type = type;
  }
}

export function badRequest(message: string): CatalogError {
  return new CatalogError(400, "BadRequestException", message);
}

export function noSuchNamespace(path: readonly string[]): CatalogError {
  return new CatalogError(404, "NoSuchNamespaceException", `Namespace does not exist: ${path.join(".")}`);
}

export function noSuchTable(namespace: readonly string[], name: string): CatalogError {
  return new CatalogError(404, "NoSuchTableException", `Table does not exist: ${[...namespace, name].join(".")}`);
}

export function noSuchView(namespace: readonly string[], name: string): CatalogError {
  return new CatalogError(404, "NoSuchViewException", `View does not exist: ${[...namespace, name].join(".")}`);
}

export function alreadyExists(kind: string, path: readonly string[]): CatalogError {
  return new CatalogError(409, "AlreadyExistsException", `${kind} already exists: ${path.join(".")}`);
}

export function commitFailed(message: string): CatalogError {
  return new CatalogError(409, "CommitFailedException", message);
}

export function errorBody(status: number, type: string, message: string): string {
  return JSON.stringify({ error: { message, type, code: status } });
}
