/** New versions of the app: fetched in the background, used when no draft is open. */
import { signal } from "@preact/signals";
import { registerSW } from "virtual:pwa-register";

/** A new version is here and waits. */
export const updateReady = signal(false);

let use: (reload?: boolean) => Promise<void> = () => Promise.resolve();

/** Register the service worker, which makes the app open without a network. Called once. */
export function followUpdates(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  use = registerSW({ immediate: true, onNeedRefresh: () => (updateReady.value = true) });
}

/** Go over to the new version; the page is loaded anew. */
export const useUpdate = (): Promise<void> => use(true);
