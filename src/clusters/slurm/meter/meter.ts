import type { Cluster, MeterRequest } from "../../../ports.ts";
import type { DurationMs, EpochMs } from "../../../units.ts";
import { ceilTo, durationMs, earlier, later, MINUTE_MS } from "../../../units.ts";
import type { SlurmAccess } from "../access/access.ts";
import { ask } from "../access/ask.ts";
import { SlurmFault } from "../fault.ts";
import { CONTROLLER_COMMAND } from "../read/controller-text.ts";
import { type Basis, basisOfText, untoldOfText } from "./basis-text.ts";
import { marketRunsCommand, marketRunsOfText } from "./market-runs-text.ts";
import { metered, type Remembered } from "./metered.ts";
import { namedRuns } from "./named-runs.ts";
import { outagesCommand, outagesOfText } from "./outages-text.ts";
import { reservedCommand, reservedOfText } from "./reserved-text.ts";
import { ofFirstDay, windowOf } from "./spans.ts";
import { straysOf } from "./strays.ts";

export interface MeterSetup {
  readonly access: SlurmAccess;
  readonly pool: string;
  /** Told of jobs that ran where their holders had nothing. */
  readonly warn: (sentence: string) => void;
  /** How long what has happened takes to be known, beside a node's silence, and how far clocks may differ. */
  readonly margin?: DurationMs;
}

/** The accounting's times are whole. */
const SECOND = durationMs(1_000);
/** slurmdbd may have to look through a busy day. */
const ACCOUNTING_MS = 60_000;

/**
 * Reads what contracts had from the accounting. A reading is booked once and for all: so it is given only when nothing
 * more can become known of its time, and whoever asks sooner gets none, and asks again.
 * @returns its meter throws SlurmFault where slurmctld or the accounting doesn't answer, or isn't told everything yet
 */
export function slurmMeter(setup: MeterSetup): Cluster["meter"] {
  return async (requests) => {
    const basis = basisOfText(await run(setup, CONTROLLER_COMMAND));
    const until = settledUntil(basis, setup.margin ?? MINUTE_MS);
    const settled = ofFirstDay(requests.filter(({ to }) => to <= until));
    if (settled.length === 0) return [];
    await refuseUntold(setup);
    const remembered = await remember(setup, basis, settled);
    for (const sentence of straysOf(setup.pool, settled, remembered.runs)) setup.warn(sentence);
    return settled.map((request) => metered(setup.pool, request, remembered));
  };
}

/** A node that fell silent before it has been set down by now. */
function settledUntil({ at, silence }: Basis, margin: DurationMs): EpochMs {
  return earlier(at, durationMs(silence + margin));
}

/** After slurmdbd was gone it answers at once, and hears of what happened meanwhile only seconds later. */
async function refuseUntold(setup: MeterSetup): Promise<void> {
  const untold = untoldOfText(await run(setup, ["sdiag"]));
  if (untold === 0) return;
  const sentence = `slurmctld on ${setup.access.place} has ${untold} messages for slurmdbd that it could not give it yet`;
  throw new SlurmFault("unreachable", sentence);
}

async function remember(
  setup: MeterSetup,
  { cluster, silence }: Basis,
  requests: readonly MeterRequest[],
): Promise<Remembered> {
  const { start, end } = windowOf(requests);
  const window = { start, end: ceilTo(end, SECOND) };
  // Silence is known only from when it was found.
  const found = { start, end: later(window.end, silence) };
  const [outages, reserved, runs] = await Promise.all([
    run(setup, outagesCommand(cluster, found)).then(outagesOfText),
    run(setup, reservedCommand(cluster, window)).then(reservedOfText),
    run(setup, marketRunsCommand(cluster, window)).then(marketRunsOfText),
  ]);
  return { outages, reserved, runs: namedRuns(runs, reserved), silence };
}

function run({ access }: MeterSetup, [tool = "", ...args]: readonly string[]): Promise<string> {
  return ask(access, tool, args, { mostMs: ACCOUNTING_MS });
}
