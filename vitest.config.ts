import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "layering", include: ["test/layering.test.ts"] } },
      { test: { name: "core", include: ["src/**/*.test.ts"] } },
    ],
  },
});
