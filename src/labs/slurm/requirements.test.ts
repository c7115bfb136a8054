import { expect, test } from "vitest";
import { missingPackages } from "./requirements.ts";

test("names each package whose file is not there, and never the emulator", () => {
  expect(missingPackages(() => true)).toEqual([]);
  const missing = missingPackages((file) => !/munge|jwt/.test(file));
  expect(missing).toEqual(["slurm-wlm-jwt-plugin", "munge"]);
  expect(missingPackages(() => false)).not.toContain("slurm-wlm-emulator");
});
