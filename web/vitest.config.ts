import { defineConfig } from "vitest/config";

/** The browser's tests that need no browser. Those that need a server are run by `tests/` in Python. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["{shared,sync,tablet,console}/**/*.test.{ts,tsx}"],
    // These need a server: vitest.server.config.ts.
    exclude: ["**/*.story.test.ts", "**/node_modules/**"],
    // Before anything else: Dexie looks for the database of a browser when it is loaded.
    setupFiles: ["fake-indexeddb/auto"],
    testTimeout: 20_000,
  },
});
