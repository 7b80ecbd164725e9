import { Command } from "commander";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { ASSET_BY_NAME, EXPLAIN, type Explanation } from "./operations.ts";
import type { Printer } from "./printer.ts";
import { isAssetId } from "./scope.ts";
import { type Cli, type GatewayOptions, inSession, type Session, withGatewayOptions } from "./session.ts";
import { showTime, showValue } from "./show-value.ts";
import type { Cell, Style } from "./table.ts";

export function explainCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("explain"))
    .description("say why one field of one asset is as it is: who says so, since when, by which rule")
    .argument("<asset>", "id or name: finance.orders")
    .argument("<field>", "owners, columns.price.description, custom.costCenter, …")
    .action((asset: string, field: string, options: GatewayOptions) =>
      inSession(cli, options, (session) => explain(session, asset, field, options)),
    );
}

async function explain(
  { client, print }: Session,
  asset: string,
  field: string,
  options: GatewayOptions,
): Promise<ExitCode> {
  const id = isAssetId(asset) ? asset : (await client.ask(ASSET_BY_NAME, { name: asset })).asset?.id;
  if (id === undefined) {
    throw new Failure(
      "ASSET_NOT_FOUND",
      `There is no asset "${asset}". Give its whole name, like finance.orders; "concordat scan" finds new ones.`,
    );
  }
  const { explain: explanation } = await client.ask(EXPLAIN, { asset: id, field });
  if (options.json) print.json(explanation);
  else printExplanation(explanation, print);
  return EXIT.done;
}

const STYLE_BY_STATUS: Readonly<Record<string, Style>> = {
  IN_SYNC: "green",
  CONFLICT: "red",
  DRIFTED: "red",
  PENDING: "yellow",
  UNKNOWN: "yellow",
};

function printExplanation({ asset, field, rules, modes, bases, decision }: Explanation, print: Printer): void {
  print.line(
    `${print.paint("bold", `${asset.name} ${field.path}`)}  ${print.paint(STYLE_BY_STATUS[field.status] ?? "dim", field.status)}`,
  );
  print.line(print.plain(decision));
  const { lastChange, drift } = field;
  if (lastChange) {
    const { actor, at, source, reason, cursor } = lastChange;
    const who = actor.onBehalfOf === null ? actor.id : `${actor.id} for ${actor.onBehalfOf}`;
    const where = source === null ? "" : ` in ${source}`;
    print.line(
      print.plain(`Last changed ${showTime(at)} by ${who}${where}${reason ? `: ${reason}` : ""} (cursor ${cursor}).`),
    );
  }
  if (drift) print.line(print.plain(`Open drift: ${drift.kind} in ${drift.source}, ${drift.state} (${drift.id}).`));

  const modeOf = new Map(modes.map((it) => [it.source, it.mode]));
  const baseOf = new Map(bases.map((it) => [it.mirror, it]));
  print.line();
  print.table(
    [
      { title: "SOURCE" },
      { title: "ROLE" },
      { title: "MODE" },
      { title: "HOLDS" },
      { title: "LAST AGREED" },
      { title: "OBSERVED" },
      { title: "NOTE" },
    ],
    field.observations.map((it): Cell[] => {
      const base = baseOf.get(it.source);
      const role =
        it.source === field.authority ? "authority" : field.mirrors.includes(it.source) ? "mirror" : "neither";
      const holds = it.state === "VALUE" ? showValue(it.value) : it.state === "ABSENT" ? "none" : "unknown";
      const agreed = base === undefined ? "" : base.known ? showValue(base.value) : "never";
      return [it.source, role, modeOf.get(it.source) ?? "", holds, agreed, showTime(it.observedAt), it.note ?? ""];
    }),
  );
  print.line();
  print.table(
    [{ title: "RULE" }, { title: "DECIDES" }, { title: "WHY" }],
    rules.map((it): Cell[] => {
      const decides = it.elements.length > 0 ? it.elements.join(", ") : it.decides ? "yes" : "no";
      return [it.name, { text: it.decides ? decides : "no", style: it.decides ? "green" : "dim" }, it.because];
    }),
  );
}
