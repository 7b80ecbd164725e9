/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** As a person would name it, or "environment". */
  readonly file: string;
  /** From 1, both or neither. */
  readonly line?: number;
  readonly column?: number;
  /** "sources.lakehouse.uri"; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** "concordat.yaml:12:5 sources.lakehouse.uri: …" */
export function formatProblem({ file, line, column, path, message }: ConfigProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return path === "" || file === "environment" ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}
