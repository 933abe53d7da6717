import { defineConfig } from "vitest/config";

/** Stories against a real server, which `tests/tablet/test_browser_core.py` starts and names in the environment. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["sync/*.story.test.ts"],
    setupFiles: ["fake-indexeddb/auto"],
    testTimeout: 60_000,
  },
});
