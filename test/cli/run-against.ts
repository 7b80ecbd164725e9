import { type Answers, startGatewayDouble } from "./gateway-double.ts";
import { type Ran, type RunOptions, runCli } from "./run-cli.ts";

export type Asked = Readonly<Record<string, unknown>>;

/** Runs one command line against a double that answers so, and stops the double. */
export async function runAgainst(
  answers: Answers,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Ran & { readonly headers: readonly Readonly<Record<string, string | string[] | undefined>>[] }> {
  await using gateway = await startGatewayDouble(answers);
  const ran = await runCli([...argv, "--url", gateway.url], options);
  return { ...ran, headers: gateway.headers };
}
