import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Properties of thousands of cases take seconds on a busy machine.
    testTimeout: 60_000,
    // Both cores of a small machine, where the default leaves one free.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: "layering", include: ["test/layering.test.ts"] } },
      { extends: true, test: { name: "core", include: ["src/**/*.test.ts"] } },
      { extends: true, test: { name: "whole", include: ["test/cli*.test.ts"] } },
      // The last two need more than `npm ci` brings: the public traces, and Chromium.
      { extends: true, test: { name: "traces", include: ["test/traces/**/*.test.ts"] } },
      { extends: true, test: { name: "browser", include: ["test/report-browser.test.ts"] } },
    ],
  },
});
