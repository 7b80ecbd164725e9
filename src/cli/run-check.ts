import type { Config } from "../config/config.ts";
import { type ConfigProblem, formatProblem } from "../config/config-problem.ts";
import { loadConfig } from "../config/load-config.ts";
import type { SourceId } from "../domain/ids.ts";
import { effectiveMode, type Rule } from "../treaty/decision.ts";
import { type AuthorityRow, describeAuthorities } from "../treaty/describe-authorities.ts";
import type { CheckOptions } from "./check.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { CliIo } from "./io.ts";
import { plainLine } from "./plain-text.ts";
import { Printer } from "./printer.ts";
import { count } from "./show-value.ts";
import type { Cell } from "./table.ts";

/** Prints what the config and its treaty say, or what is wrong with them. */
export async function runCheck(io: CliIo, options: CheckOptions): Promise<ExitCode> {
  const print = new Printer(io);
  const loaded = await loadConfig({ file: options.config, env: io.env, cwd: io.cwd });
  if (!loaded.ok) {
    if (options.json) print.json({ valid: false, problems: loaded.error });
    else io.stderr.write(describeProblems(loaded.error));
    return EXIT.attention;
  }
  const config = loaded.value;
  const warnings = findWarnings(config);
  if (options.json) print.json(toJson(config, warnings));
  else printCheck(config, warnings, print);
  return EXIT.done;
}

/** Every problem on a line of its own. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.map((it) => `  ${plainLine(formatProblem(it))}`);
  return `The configuration is not valid, see ${count(problems.length, "problem")}:\n${lines.join("\n")}\n`;
}

/** What is valid, but perhaps not meant. */
function findWarnings({ demo, treaty, sources, access, server }: Config): readonly string[] {
  const warnings: string[] = [];
  if (demo)
    warnings.push(
      "There is no concordat.yaml here: this is the demo's config. Name your own with --config or CONCORDAT_CONFIG.",
    );
  const rules = describeAuthorities(treaty).flatMap((row) => [row.rule, ...row.exceptions.map((it) => it.rule)]);
  const named = new Set(rules.flatMap((it) => [it.authority, ...it.mirrors]));
  for (const { id, mode } of sources) {
    if (!named.has(id)) warnings.push(`The treaty never names the source "${id}": it is read, and plays no part.`);
    else if (mode === "pause") warnings.push(`The source "${id}" is paused: it is neither read nor written.`);
  }
  if (sources.every((it) => it.mode === "observe" || it.mode === "pause")) {
    warnings.push("Every source is in mode observe or pause: drift is told, and nothing is written anywhere.");
  }
  if (!access)
    warnings.push(`There is no access section: whoever reaches ${server.host} on this machine may do everything.`);
  return warnings;
}

function modeIn(config: Config, rule: Rule, source: SourceId): string {
  return effectiveMode(rule, source, config.sources.find((it) => it.id === source)?.mode ?? "observe");
}

function printCheck(config: Config, warnings: readonly string[], print: Printer): void {
  const rows = describeAuthorities(config.treaty);
  print.table(
    [
      { title: "ASSET" },
      { title: "FIELD" },
      { title: "AUTHORITY" },
      { title: "MIRRORS" },
      { title: "FOREIGN WRITE" },
      { title: "CONFLICT" },
      { title: "RULE" },
    ],
    rows.flatMap((row) => [
      toCells(config, row.assetKind.toLowerCase(), row.fields, row.rule),
      ...row.exceptions.map((it) => toCells(config, "", `└ ${it.scope}`, it.rule)),
    ]),
  );
  print.line();
  const sources = config.sources.map((it) => `${it.id} (${it.type}, ${it.mode})`).join(", ");
  print.line(print.plain(`${config.file} is valid: ${count(config.treaty.rules.length, "rule")} over ${sources}.`));
  for (const warning of warnings) print.line(`${print.paint("yellow", "Note:")} ${print.plain(warning)}`);
}

function toCells(config: Config, kind: string, fields: string, rule: Rule): Cell[] {
  const mirrors = rule.mirrors.map((it) => `${it} (${modeIn(config, rule, it)})`).join(", ");
  return [
    kind,
    fields,
    rule.authority,
    mirrors,
    rule.mirrors.length > 0 ? rule.onForeignWrite : "",
    rule.mirrors.length > 0 ? rule.onConflict : "",
    rule.name,
  ];
}

function toJson(config: Config, warnings: readonly string[]): object {
  const describeRule = (rule: Rule): object => ({
    rule: rule.name,
    authority: rule.authority,
    mirrors: rule.mirrors.map((source) => ({ source, mode: modeIn(config, rule, source) })),
    merge: rule.merge,
    onForeignWrite: rule.onForeignWrite,
    onConflict: rule.onConflict,
    onFirstSight: rule.onFirstSight,
  });
  const describeRow = (row: AuthorityRow): object => ({
    asset: row.assetKind,
    fields: row.fields,
    ...describeRule(row.rule),
    exceptions: row.exceptions.map((it) => ({ scope: it.scope, ...describeRule(it.rule) })),
  });
  return {
    valid: true,
    file: config.file,
    treaty: config.treaty.hash,
    sources: config.sources.map(({ id, type, role, mode }) => ({ id, type, role, mode })),
    authorities: describeAuthorities(config.treaty).map(describeRow),
    warnings,
  };
}
