import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { app } from "../shared/vite.ts";

export default defineConfig({
  ...app("tablet"),
  plugins: [
    VitePWA({
      // A new version waits until no draft is open; the app asks for it (tablet/update.ts).
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        name: "Field",
        short_name: "Field",
        start_url: "/tablet/",
        scope: "/tablet/",
        display: "standalone",
        background_color: "#f5f5f1",
        theme_color: "#0b4f8f",
        icons: [{ src: "/tablet/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      },
      workbox: {
        // Fonts of one language are fetched when it is first chosen and kept from then on; screens that open later, after the first sync.
        globPatterns: ["**/*.{js,css,html,svg,webmanifest}", "**/ibm-plex-sans-latin-*.woff2"],
        // Signatures are checked when an answer came: where the browser has no Ed25519, there is a network to fetch it by.
        globIgnores: ["**/receipt-*", "**/ed25519-*"],
        // So that what the very first page fetches is kept as well.
        clientsClaim: true,
        navigateFallback: "/tablet/index.html",
        navigateFallbackDenylist: [/^\/(api|console|problems)\//],
        inlineWorkboxRuntime: true,
        runtimeCaching: [
          {
            urlPattern: /\/tablet\/assets\/.*\.woff2$/,
            handler: "CacheFirst",
            options: { cacheName: "fonts", expiration: { maxEntries: 40 } },
          },
          {
            urlPattern: /\/tablet\/assets\/(receipt|ed25519)-.*\.(js|css)$/,
            handler: "CacheFirst",
            options: { cacheName: "later", expiration: { maxEntries: 8 } },
          },
        ],
      },
    }),
  ],
});
