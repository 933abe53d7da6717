/** What both apps' builds have in common. */
import { resolve } from "node:path";
import type { UserConfig } from "vite";

/** The build of one app: served at /NAME/, written into the Python package. */
export function app(name: "tablet" | "console"): UserConfig {
  const root = resolve(import.meta.dirname, "..", name);
  return {
    root,
    base: `/${name}/`,
    publicDir: resolve(root, "public"),
    build: {
      outDir: resolve(import.meta.dirname, "../..", process.env["FIELD_PAGES"] ?? "field/web", name),
      emptyOutDir: true,
      // Old tablets: Chromium of two years ago.
      target: ["chrome120", "firefox121", "safari17"],
      // No data: addresses in the pages' own security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      license: true,
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    server: { proxy: { "/api": "http://127.0.0.1:8040", "/problems": "http://127.0.0.1:8040" } },
  };
}
