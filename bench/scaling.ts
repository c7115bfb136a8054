/**
 * Does time grow no worse than linearly, with the length of the trace and with the number of contracts?
 *
 * Judged by processor time, which others on the machine disturb less than elapsed time.
 */
import { parseArgs } from "node:util";
import { benchmarkPolicy } from "./cases.ts";
import { commandsTable, growthWithLive, measureCommands } from "./scaling-commands.ts";
import { contractsTable, growthWithContracts, measureContracts } from "./scaling-contracts.ts";
import {
  growthWithLength,
  lengthTable,
  measureLengths,
  measureQuarters,
  quartersTable,
} from "./scaling-length.ts";
import { conclusion, judge, LINEAR } from "./targets.ts";

const HELP = `Usage: node bench/scaling.ts [options]

Walks the A100 trace at several lengths, and with several numbers of contracts, and measures single requests to markets
with up to 100,000 live contracts; prints Markdown.

  --days N     the longest trace, up to 724 days (the default)
  --times N    at most N times the GPUs and buyers, up to 100 (the default)
  --help       this text
`;

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "724" },
    times: { type: "string", default: "100" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const policy = await benchmarkPolicy();
  const commands = measureCommands(policy);
  const contracts = await measureContracts(policy, Number(values.times));
  const lengths = await measureLengths(policy, Number(values.days));
  console.log(`### With the length of the trace\n\n${lengthTable(lengths)}\n`);
  const quarters = await measureQuarters(policy);
  console.log(`One walk over the trace four times:\n\n${quartersTable(quarters)}\n`);
  console.log(`### With the number of contracts, in a backtest\n\n${contractsTable(contracts)}\n`);
  console.log(`### With the number of live contracts, request by request\n`);
  console.log(`${commandsTable(commands)}\n`);
  const verdicts = [
    ...judge(LINEAR, place("last quarter of four traces"), growthWithLength(quarters)),
    ...judge(LINEAR, place("contracts in a backtest"), growthWithContracts(contracts)),
    ...judge(LINEAR, place("dearest request"), growthWithLive(commands)),
  ];
  console.log(conclusion(verdicts));
}

function place(name: string) {
  return { name, group: "scaling" };
}
