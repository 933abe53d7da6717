/** New versions of the app: fetched in the background, used when no draft is open. */
import { signal } from "@preact/signals";
import { registerSW } from "virtual:pwa-register";

/** A new version is here and waits. */
export const updateReady = signal(false);

let registered: ServiceWorkerRegistration | undefined;
let use: (reload?: boolean) => Promise<void> = () => Promise.resolve();

/** Register the service worker, which makes the app open without a network. Called once. */
export function followUpdates(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  use = registerSW({
    immediate: true,
    onNeedRefresh: () => (updateReady.value = true),
    onRegisteredSW: (_, found) => (registered = found),
  });
}

/** Look for a new version now, as the office asks of an app that is too old. Without a network nothing comes of it. */
export async function lookForUpdate(): Promise<void> {
  await registered?.update().catch(() => undefined);
}

/** Go over to the new version; the page is loaded anew. */
export const useUpdate = (): Promise<void> => use(true);
