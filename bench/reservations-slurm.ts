/** Slurm's side of the race: `scontrol create reservation` in a lab, by each way that scontrol offers. */
import { runInside } from "../src/labs/slurm/inside.ts";
import type { Lab } from "../src/labs/slurm/lab.ts";
import { OWNER_ACCOUNT } from "../src/labs/slurm/users.ts";
import { assert } from "../src/units.ts";
import { NODES, slotOf, type Stream } from "./reservations-stream.ts";

/** `each`: a process for each reservation. `fed`: processes that read one command after the other. */
export interface Way {
  readonly kind: "each" | "fed";
  /** Processes at a time. */
  readonly atOnce: number;
}

export interface Reserved {
  readonly taken: readonly boolean[];
  readonly seconds: number;
}

const MOST_MS = 300_000;
const REFUSED = "Error creating the reservation: Requested nodes are busy";

/** Starts at the next midnight but one: nothing has begun by then. */
const BASE_MS = (Math.floor(Date.now() / 86_400_000) + 2) * 86_400_000;

/** The folder of the lines and the answers is the lab's `/run`, in memory. Seconds are the shell's, around the work alone. */
const SCRIPT: Readonly<Record<Way["kind"], string>> = {
  each: `xargs -P "$1" -L 1 scontrol < lines > out 2> err`,
  fed: `split -n "r/$1" lines part.
for part in part.*; do scontrol < $part > out.$part 2> err.$part & done
wait
cat out.part.* > out; cat err.part.* > err`,
};

export async function reserve(lab: Lab, stream: Stream, way: Way): Promise<Reserved> {
  const lines = stream.orders.map((_, at) => lineOf(stream, at)).join("\n");
  const script = `export TZ=UTC; mkdir /run/race; cd /run/race; cat > lines
began=$EPOCHREALTIME
${SCRIPT[way.kind]}
ended=$EPOCHREALTIME
echo "$began $ended"; cat out err; rm -r /run/race; true`;
  const { stdout } = await run(
    lab,
    ["bash", "-c", script, "bash", String(way.atOnce)],
    `${lines}\n`,
  );
  return readAnswers(stdout, stream.orders.length);
}

function lineOf(stream: Stream, at: number): string {
  const { start, minutes, nodes } = slotOf(stream, at);
  const time = new Date(BASE_MS + start * 60_000).toISOString().slice(0, 19);
  const place = `PartitionName=market Accounts=${OWNER_ACCOUNT} NodeCnt=${nodes}`;
  return `create reservation ReservationName=o${at} ${place} StartTime=${time} Duration=${minutes}`;
}

/** Each order has one answer: its name, or that the nodes are busy. */
function readAnswers(text: string, orders: number): Reserved {
  const [began = 0, ended = 0] = (text.split("\n")[0] ?? "").split(" ").map(Number);
  const names = new Set([...text.matchAll(/Reservation created: o(\d+)/g)].map(([, at]) => at));
  const refused = text.split(REFUSED).length - 1;
  assert(names.size + refused === orders, `each is answered: ${text.slice(-500)}`);
  const taken = Array.from({ length: orders }, (_, at) => names.has(String(at)));
  return { taken, seconds: ended - began };
}

/** What Slurm itself says it holds: each reservation with its nodes, of which none is held twice at one time. */
export async function checkHeld(
  lab: Lab,
  stream: Stream,
  taken: readonly boolean[],
): Promise<void> {
  const { stdout } = await run(lab, ["env", "TZ=UTC", "scontrol", "-o", "show", "reservations"]);
  const held = new Set<string>();
  const found = [
    ...stdout.matchAll(/^ReservationName=o(\d+) StartTime=(\S+) EndTime=(\S+) .*? Nodes=(\S+) /gm),
  ];
  assert(found.length === taken.filter(Boolean).length, "what was confirmed is there");
  for (const [, at, from, to, list] of found) {
    const { start, minutes, nodes } = slotOf(stream, Number(at));
    const begins = BASE_MS + start * 60_000;
    assert(Date.parse(`${from}Z`) === begins, "it starts when it was asked for");
    assert(Date.parse(`${to}Z`) === begins + minutes * 60_000, "it lasts as long");
    const names = expand(list ?? "");
    assert(names.length === nodes, "it has as many nodes");
    for (const name of names) {
      // Windows overlap only where they are the same.
      const place = `${name} ${start}`;
      assert(!held.has(place), `${place} is held once`);
      held.add(place);
    }
  }
  assert(held.size <= NODES * stream.slots.length, "no more is held than there is");
}

/** `gpu-a-[1-3,7]` is four nodes. */
function expand(list: string): string[] {
  const [, prefix, ranges] = /^(.*)\[(.*)\]$/.exec(list) ?? [];
  if (prefix === undefined || ranges === undefined) return [list];
  return ranges.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${first + index}`);
  });
}

/** Frees all that was reserved. */
export async function clear(lab: Lab, taken: readonly boolean[]): Promise<void> {
  const lines = taken.flatMap((isTaken, at) => (isTaken ? [`delete ReservationName=o${at}`] : []));
  await run(lab, ["scontrol"], `${lines.join("\n")}\n`);
  const { stdout } = await run(lab, ["scontrol", "-o", "show", "reservations"]);
  assert(!stdout.includes("ReservationName="), `nothing is reserved: ${stdout.slice(0, 200)}`);
}

export async function versionOf(lab: Lab): Promise<string> {
  const { stdout } = await run(lab, ["scontrol", "--version"]);
  return stdout.replace(/^\S+ /, "").trim();
}

async function run(lab: Lab, command: readonly string[], input = ""): ReturnType<typeof runInside> {
  const ended = await runInside(lab.first, command, { input, mostMs: MOST_MS });
  assert(ended.code === 0, `${command[0]} ends well: ${ended.stderr}`);
  return ended;
}
