import type { Random } from "../src/demo/random.ts";
import { chance } from "../src/demo/random.ts";
import { nextDue } from "../src/auction/auction.ts";
import type { EpochMs } from "../src/units.ts";
import { durationMs, epochMs } from "../src/units.ts";
import { anyOf, weighted, whole } from "./draw.ts";
import { drawFaults, NO_FAULTS } from "./faults.ts";
import type { Installation } from "./installation.ts";
import { LEASE_TTL } from "./process.ts";
import type { Process } from "./process.ts";
import { demand } from "./violation.ts";

type Step = (installation: Installation, random: Random, process: Process) => void | Promise<void>;

/** One thing after another happens, and whatever it sets off comes to rest. */
export async function step(
  installation: Installation,
  random: Random,
  isFaulty: boolean,
): Promise<void> {
  const process = await living(installation);
  process.gate.plan = isFaulty && chance(random, 0.08) ? drawFaults(random) : NO_FAULTS;
  const chosen = weighted(random, STEPS);
  await chosen(installation, random, process);
  await installation.settle();
  if (chosen === tick) installation.checkOwnerServed();
  if (process.gate.isHanging) await hang(installation, random, process);
}

/** The process that serves; a new one where it has crashed or has been fenced off. */
export async function living(installation: Installation): Promise<Process> {
  let isNew = false;
  if (installation.process?.isAlive !== true) {
    await installation.start();
    await installation.settle();
    isNew = true;
  }
  const { process, clients } = installation;
  demand(process !== null, "a process has been started");
  // Whoever has no answer sends the same again, soon for the most part.
  if (isNew) for (const ask of clients.unanswered) clients.send(process, ask);
  return process;
}

/** What hangs goes on after a while: before anybody has noticed, or after another has taken over. */
async function hang(installation: Installation, random: Random, process: Process): Promise<void> {
  process.gate.plan = NO_FAULTS;
  if (chance(random, 0.4)) {
    installation.time.passInSilence(whole(random, 1, LEASE_TTL / 2));
    process.gate.letGo();
    return installation.settle();
  }
  installation.time.passInSilence(LEASE_TTL + 1);
  installation.zombies.push(process);
  await installation.start();
  for (let asks = whole(random, 0, 3); asks > 0; asks -= 1) act(installation, random);
  await installation.settle();
  process.gate.letGo();
  await installation.settle();
  installation.zombies.pop();
}

function act(installation: Installation, random: Random): void {
  const { process, world, cast, ids, time } = installation;
  if (process === null) return;
  const { state } = process.journal.durable;
  const now = epochMs(Math.max(time.clock.now(), state.market.now));
  const wish = weighted(random, cast)({ random, state, world, now });
  if (wish === null) return;
  const id = (): string => ids.next("id");
  const isKeyed = chance(random, 0.85);
  const asked = installation.ask(
    wish.account,
    (desk) => desk.do(wish.command(desk.state, id)),
    isKeyed,
  );
  // Impatient, or twice on its way.
  if (isKeyed && chance(random, 0.05)) installation.clients.send(process, asked);
}

/** Time passes, and the service reads and meters its clusters. */
const tick: Step = ({ time, world, broken }, random, process) => {
  time.pass(whole(random, world.step / 2, world.step));
  void process.service.tick().catch((fault: unknown) => {
    if (process.journal.stopped === null) broken(fault);
  });
};

/** A minute or several: rentals go on, spot is sold, and auctions are seen to. */
const minute: Step = ({ time, broken }, random, process) => {
  const now = time.clock.now();
  const due = chance(random, 0.5) ? auctionDue(process) : null;
  const pause = whole(random, 20_000, 70_000);
  time.pass(due !== null && due > now ? due - now : pause);
  void process.service.minute().catch((fault: unknown) => {
    if (process.journal.stopped === null) broken(fault);
  });
};

/** When the next auction locks or is cleared. */
function auctionDue({ journal }: Process): EpochMs | null {
  const times = [...journal.durable.state.auctions.running.values()].flatMap(
    ({ auction }) => nextDue(auction) ?? [],
  );
  return times.length === 0 ? null : epochMs(Math.min(...times));
}

/** Several in the same moment are decided together. */
const ask: Step = (installation, random) => {
  installation.time.pass(whole(random, 0, 90_000));
  for (let asks = whole(random, 1, 5); asks > 0; asks -= 1) act(installation, random);
};

/** A client who has lost the answer, or is impatient, sends the same once more; or something else under its key. */
const again: Step = ({ clients }, random, process) => {
  const before = anyOf(random, clients.all);
  if (before === null) return;
  if (chance(random, 0.3)) return clients.sendOther(process, before);
  clients.send(process, before);
  if (chance(random, 0.3)) clients.send(process, before);
};

const retry: Step = ({ clients }, _, process) => {
  for (const unanswered of clients.unanswered) clients.send(process, unanswered);
};

/** The service's clock is set: hours ahead, or a little back. */
const jump: Step = ({ time }, random) => {
  time.pass(chance(random, 0.5) ? whole(random, 0, 4 * 3_600_000) : -whole(random, 0, 600_000));
};

/** Whatever auction is still being solved is solved, whatever has been sold meanwhile. */
const solved: Step = (_, __, { solver }) => solver.finish();

const renew: Step = async ({ time }, random, process) => {
  time.passInSilence(durationMs(whole(random, 0, 30_000)));
  await process.journal.renew().catch(() => undefined);
};

const crash: Step = (installation, _, process) => {
  process.gate.isDead = true;
  installation.time.passInSilence(LEASE_TTL + 1);
};

const close: Step = (_, __, process) => {
  void process.journal.close().catch(() => undefined);
};

const STEPS: readonly (readonly [weight: number, Step])[] = [
  [25, tick],
  [18, minute],
  [45, ask],
  [8, again],
  [3, retry],
  [3, jump],
  [6, solved],
  [2, renew],
  [1, crash],
  [1, close],
];
