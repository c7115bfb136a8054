import * as fc from "fast-check";
import loadHighs from "highs";
import { expect, test } from "vitest";
import { OUTAGE, firmOracle } from "./oracle.ts";

/** The package types its CommonJS form; the default of its ES module is the loader itself. */
const highs = await (loadHighs as unknown as typeof loadHighs.default)();

/** The linear program, step by step: `x` contracts start, no more run than are idle, delivered steps count. */
function linearProgram(idle: readonly number[], steps: number): number {
  const starts = idle.keys().filter((t) => idle[t] !== OUTAGE);
  const values = [...starts].map((t) => ({ t, length: delivered(idle, t, steps) }));
  if (values.length === 0) return 0;
  const rows = values.map(({ t }) => {
    const running = values.filter((start) => start.t <= t && t < start.t + start.length);
    return ` at${t}: ${running.map((start) => `x${start.t}`).join(" + ")} <= ${idle[t]}`;
  });
  const goal = values.map(({ t, length }) => `${length} x${t}`).join(" + ");
  const text = `Maximize\n sold: ${goal}\nSubject To\n${rows.join("\n")}\nEnd\n`;
  const solution = highs.solve(text, { output_flag: false });
  expect(solution.Status).toBe("Optimal");
  return solution.ObjectiveValue;
}

/** Steps that a contract starting at `t` delivers before its end, an outage or the end of the trace. */
function delivered(idle: readonly number[], t: number, steps: number): number {
  const covered = idle.slice(t, t + steps);
  const outage = covered.indexOf(OUTAGE);
  return outage === -1 ? covered.length : outage;
}

const idleSteps = fc.array(fc.constantFrom(OUTAGE, 0, 1, 2, 3, 5, 8, 8, 9), {
  minLength: 1,
  maxLength: 30,
  size: "max",
});

type Oracle = typeof firmOracle;

function checkOracle(oracle: Oracle): void {
  const property = fc.property(idleSteps, fc.integer({ min: 1, max: 8 }), (idle, steps) => {
    expect(oracle(Int32Array.from(idle), steps)).toBeCloseTo(linearProgram(idle, steps), 6);
  });
  fc.assert(property, { numRuns: 80 });
}

test("it delivers as much as the optimum of the linear program", () => {
  checkOracle(firmOracle);
}, 60_000);

const neverCutShort: Oracle = (idle, steps) =>
  firmOracle(idle.subarray(0, idle.length - (idle.length % steps)), steps);

test("the linear program would catch an oracle that forgets what the end cuts short", () => {
  expect(() => checkOracle(neverCutShort)).toThrow("Property failed");
});

test("contracts that the end or an outage cuts short count what they delivered", () => {
  const idle = Int32Array.of(4, 4, 4, OUTAGE, 4, 1, 4, 4, 4);
  expect(firmOracle(idle, 2)).toBe(4 * 3 + 2 + 4 * 3);
  expect(firmOracle(idle, 100)).toBe(4 * 3 + 5 + 3 * 3);
});
