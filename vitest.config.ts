import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Properties of thousands of cases take seconds on a busy machine.
    testTimeout: 60_000,
    // So do servers that are started and stopped.
    hookTimeout: 60_000,
    // Both cores of a small machine, where the default leaves one free.
    maxWorkers: 2,
    // Node runs TypeScript by itself, and nothing is mocked: the code is tested as it runs, and at the speed it runs at.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      { extends: true, test: { name: "layering", include: ["test/layering.test.ts"] } },
      // Its files share no state, and so may share modules: loading them for each anew takes longer than most of the tests.
      { extends: true, test: { name: "core", include: ["src/**/*.test.ts"], isolate: false } },
      { extends: true, test: { name: "whole", include: ["test/cli*.test.ts"] } },
      // What follows needs more than `npm ci` brings: the public traces, Chromium, and what .ci/run installs.
      { extends: true, test: { name: "traces", include: ["test/traces/**/*.test.ts"] } },
      { extends: true, test: { name: "browser", include: ["test/report-browser.test.ts"] } },
      // Real PostgreSQL, one server a file.
      {
        extends: true,
        test: { name: "postgres", include: ["test/postgres/**/*.test.ts"], fileParallelism: false },
      },
      // The whole service as a process among others, and as its users meet it; alone on the machine, for the times' sake.
      {
        extends: true,
        test: {
          name: "service",
          include: ["test/service/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 600_000,
        },
      },
      // A real Slurm, several times over.
      {
        extends: true,
        test: {
          name: "slurm",
          include: ["test/slurm/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: { name: "simulator", include: ["test/simulator.test.ts"], testTimeout: 900_000 },
      },
    ],
  },
});
