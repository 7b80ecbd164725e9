import { parseArgs } from "node:util";
import { benchCycle } from "./cycle-report.ts";
import { benchList } from "./list.ts";
import { benchReplicas } from "./replicas.ts";
import { benchScan } from "./scan.ts";
import { benchSubscribers } from "./subscribers.ts";

const USAGE = `Usage: npm run bench -- scan [--tables N] [--rounds N] [--latency MS]
       npm run bench -- list [--tables N] [--rounds N] [--seconds N]
       npm run bench -- cycle [--tables N] [--drifts N]
       npm run bench -- replicas [--rate N] [--subscribers N] [--seconds N] [--replicas N,N]
       npm run bench -- subscribers [--subscribers N] [--changes N] [--rounds N]
  --tables N       generated tables in the sandbox; 10000 by default, 2000 for list, 100000 for cycle
  --drifts N       edits behind the gateway's back that one cycle has to find; 1000 by default
  --rounds N       how often each side is measured, in turn; 3 by default
  --latency MS     how long the catalog takes for each answer of a scan; 0 by default
  --seconds N      how long each measurement takes; 5 by default, 10 for replicas
  --rate N         mutations a second; 200 by default
  --subscribers N  WebSockets that follow changes; 1000 by default
  --replicas N,N   numbers of gateways, one round each; 1,2,3 by default
  --changes N      changes of a field that subscribers are told of; 50 by default
  --profile PATH   a folder in which the gateways of replicas leave processor profiles`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: "string" },
    rounds: { type: "string" },
    latency: { type: "string" },
    drifts: { type: "string" },
    seconds: { type: "string" },
    rate: { type: "string" },
    subscribers: { type: "string" },
    replicas: { type: "string" },
    changes: { type: "string" },
    profile: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? 3);
if (positionals[0] === "scan") {
  await benchScan(Number(values.tables ?? 10_000), rounds, Number(values.latency ?? 0));
} else if (positionals[0] === "list") {
  await benchList(Number(values.tables ?? 2_000), rounds, Number(values.seconds ?? 5));
} else if (positionals[0] === "cycle") {
  await benchCycle(Number(values.tables ?? 100_000), Number(values.drifts ?? 1_000));
} else if (positionals[0] === "replicas") {
  await benchReplicas({
    rate: Number(values.rate ?? 200),
    subscribers: Number(values.subscribers ?? 1_000),
    seconds: Number(values.seconds ?? 10),
    replicas: (values.replicas ?? "1,2,3").split(",").map(Number),
    profileFolder: values.profile,
  });
} else if (positionals[0] === "subscribers") {
  await benchSubscribers(Number(values.subscribers ?? 1_000), Number(values.changes ?? 50), rounds);
} else {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
}
