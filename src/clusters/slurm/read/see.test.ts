import { expect, test } from "vitest";
import { epochMs } from "../../../units.ts";
import type { SlurmController } from "../seen.ts";
import { offsetOf, refuseHidden } from "./see.ts";

function controller(at: number, privateData: readonly string[] = []): SlurmController {
  return { cluster: "c", version: "22.05.8", at: epochMs(at), privateData, slurmUser: "slurm" };
}

test.each([
  [10_000, 10_200, 10_400, 0],
  [10_000, 9_900, 10_100, 0],
  [10_000, 10_999, 11_500, 0],
  [10_000, 11_500, 11_600, -500],
  [20_000, 11_500, 11_600, 8_400],
])("slurmctld's %d, asked from %d to %d, is off by %d", (at, before, after, offset) => {
  expect(offsetOf(controller(at), before, after)).toBe(offset);
});

test("who would be shown only its own jobs is refused", () => {
  const nobody = { user: "ada", level: "none" } as const;
  expect(() => refuseHidden(controller(0, ["jobs", "usage"]), nobody)).toThrow("denied");
  expect(() => refuseHidden(controller(0, ["all"]), nobody)).toThrow("denied");
  refuseHidden(controller(0, ["jobs"]), { user: "ada", level: "operator" });
  refuseHidden(controller(0, ["usage", "none"]), nobody);
});
