import { expect, test, vi } from "vitest";
import { missingPackages, refuseWithoutRequirements } from "./requirements.ts";

test("names each package whose file is not there, and never the emulator", () => {
  expect(missingPackages(() => true)).toEqual([]);
  const missing = missingPackages((file) => !/munge|jwt/.test(file));
  expect(missing).toEqual(["slurm-wlm-jwt-plugin", "munge"]);
  expect(missingPackages(() => false)).not.toContain("slurm-wlm-emulator");
});

test("whoever is not root is refused, and told so", () => {
  const user = vi.spyOn(process, "getuid").mockReturnValue(1_000);
  expect(refuseWithoutRequirements).toThrow("run it as root");
  user.mockRestore();
});
