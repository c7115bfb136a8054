import { array, assert as holds, constantFrom, nat, property, record } from "fast-check";
import { expect, test } from "vitest";
import type { Contract } from "../contracts/contract.ts";
import { minOver, rectangle, subtract, valueAt } from "../schedule/schedule.ts";
import { StateHash } from "../state-hash.ts";
import type { EpochMs } from "../units.ts";
import { assert, epochMs, gpus, HOUR_MS, MINUTE_MS } from "../units.ts";
import type { Bindings } from "./binding.ts";
import { nothingBound } from "./binding.ts";
import { checkBinding } from "./check-binding.ts";
import { hour, lots, node } from "./delivery.test-data.ts";
import type { BindingPlan } from "./plan-bindings.ts";
import type { SeenNode } from "./seen-node.ts";
import { planBindings } from "./plan-bindings.ts";

const NODES = 6;
const PER_HOUR = 4;
const SLOT_MS = HOUR_MS / PER_HOUR;
const SLOTS = 120;
const AHEAD = HOUR_MS;

/** A cluster of six nodes of one fabric, what is sold on it, and what was bound. */
class Site {
  now: EpochMs = hour(0);
  readonly bindings: Bindings = nothingBound(new StateHash());
  readonly contracts = new Map<string, Contract>();
  readonly nodes = new Map<string, SeenNode>();
  #sold = 0;

  constructor() {
    for (let index = 0; index < NODES; index++) this.nodes.set(`n${index}`, node(`n${index}`));
  }

  /** As many lots as are left, if any are. */
  sell(count: number, ahead: number, length: number): void {
    const start = Math.ceil(this.now / SLOT_MS) + ahead;
    const end = Math.min(SLOTS, start + length);
    const taken = Array.from({ length: SLOTS }, (_, at) => this.heldAt(epochMs(at * SLOT_MS)) / 8);
    const left = NODES - Math.max(0, ...taken.slice(start, end));
    if (start >= end || left <= 0) return;
    const id = `c${(this.#sold += 1)}`;
    this.contracts.set(id, lots(id, Math.min(count, left), start / PER_HOUR, end / PER_HOUR));
  }

  /** A lot less from some minute on. */
  cut(which: number, minute: number): void {
    const contract = [...this.contracts.values()][which % Math.max(1, this.contracts.size)];
    const at = epochMs((Math.ceil(this.now / MINUTE_MS) + minute) * MINUTE_MS);
    if (contract === undefined || at < contract.window.start || at >= contract.window.end) return;
    const placements = contract.placements.map(({ fabric, held }) => {
      const rest = { start: at, end: contract.window.end };
      const taken = minOver(held, rest) < 8 ? 0 : 8;
      return { fabric, held: subtract(held, rectangle(rest, gpus(taken))) };
    });
    this.contracts.set(contract.id, { ...contract, placements });
  }

  turn(which: number, isUp: boolean): void {
    const name = `n${which % NODES}`;
    this.nodes.set(name, node(name, { isUp }));
  }

  heldAt(time: EpochMs): number {
    const held = [...this.contracts.values()].flatMap(({ placements }) => placements);
    return held.reduce((sum, each) => sum + valueAt(each.held, time), 0);
  }

  /** Contracts that are over are forgotten by the market; what they had is kept for their meters. */
  advance(minutes: number): void {
    this.now = epochMs(this.now + minutes * MINUTE_MS);
    for (const { id, window } of this.contracts.values()) {
      if (window.end <= this.now) this.contracts.delete(id);
    }
  }

  plan(): BindingPlan {
    return planBindings({
      pool: "p",
      now: this.now,
      ahead: AHEAD,
      contracts: [...this.contracts.values()],
      bindings: [...this.bindings.values()],
      nodes: [...this.nodes.values()],
    });
  }

  /** Everything that is planned is lawful, one after the other. */
  bind(): BindingPlan {
    const plan = this.plan();
    for (const binding of plan.bindings) {
      const contract = this.contracts.get(binding.contract) ?? null;
      const refusal = checkBinding(this.bindings, contract, binding, this.now);
      assert(refusal === null, `${binding.contract} is bound: ${String(refusal)}`);
      this.bindings.set(binding.contract, binding);
    }
    return plan;
  }

  boundAt(time: EpochMs, contract: string): number {
    const nodes = this.bindings.get(contract)?.nodes ?? [];
    const here = nodes.filter(({ start, end }) => start <= time && time < end);
    return here.reduce((sum, each) => sum + each.gpus, 0);
  }
}

const number = nat({ max: 40 });
const step = record({
  kind: constantFrom("sell", "sell", "cut", "fail", "repair", "pass"),
  a: number,
  b: number,
  c: number,
});

function carryOut(
  site: Site,
  { kind, a, b, c }: { kind: string; a: number; b: number; c: number },
) {
  if (kind === "sell") site.sell(1 + (a % 4), b % 6, 1 + (c % 10));
  if (kind === "cut") site.cut(a, b * 5);
  if (kind === "fail") site.turn(a, false);
  if (kind === "repair") site.turn(a, true);
  if (kind === "pass") site.advance(a);
}

test("whatever is sold, cut, lost and repaired, each plan is lawful and the next one empty", () => {
  holds(
    property(array(step, { minLength: 20, maxLength: 60, size: "max" }), (steps) => {
      const site = new Site();
      for (const each of steps) {
        carryOut(site, each);
        site.bind();
        expect(site.plan().bindings).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});

test("while no node fails, whoever begins has all nodes that are held, to the end", () => {
  const sound = step.filter(({ kind }) => kind !== "fail");
  holds(
    property(array(sound, { minLength: 20, maxLength: 60, size: "max" }), (steps) => {
      const site = new Site();
      for (const each of steps) {
        carryOut(site, each);
        expect(site.bind().lacking).toEqual([]);
        for (const { id, window } of site.contracts.values()) {
          const last = epochMs(window.end - 1);
          const held = site.contracts.get(id)?.placements ?? [];
          if (window.start > site.now + AHEAD) continue;
          for (const time of [site.now, last]) {
            const wanted = held.reduce((sum, placement) => sum + valueAt(placement.held, time), 0);
            expect(site.boundAt(time, id)).toBe(wanted);
          }
        }
      }
    }),
    { numRuns: 100 },
  );
});
