import { parseArgs } from "node:util";
import { benchList } from "./list.ts";
import { benchScan } from "./scan.ts";

const USAGE = `Usage: npm run bench -- scan [--tables N] [--rounds N] [--latency MS]
       npm run bench -- list [--tables N] [--rounds N] [--seconds N]
  --tables N    generated tables in the sandbox; 10000 by default, 2000 for list
  --rounds N    how often each side is measured, in turn; 3 by default
  --latency MS  how long the catalog takes for each answer of a scan; 0 by default
  --seconds N   how long each measurement of list takes; 5 by default`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: "string" },
    rounds: { type: "string" },
    latency: { type: "string" },
    seconds: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? 3);
if (positionals[0] === "scan") {
  await benchScan(Number(values.tables ?? 10_000), rounds, Number(values.latency ?? 0));
} else if (positionals[0] === "list") {
  await benchList(Number(values.tables ?? 2_000), rounds, Number(values.seconds ?? 5));
} else {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
}
