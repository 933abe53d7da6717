/** Screens that open later than the app: fetched after the first sync, so that the tablet has them without a network too. */
import { effect } from "@preact/signals";
import { retryAtMs, syncsEnded } from "../state/sync";

/** The receipt for the employer. It shows nothing that did not come by a sync. */
export const receiptScreen = () => import("./receipt").then(({ Receipt }) => Receipt);

/** Fetch them when a sync went well. Called once. */
export function followAhead(): void {
  effect(() => {
    if (syncsEnded.value === 0 || retryAtMs.peek() !== null) return;
    // Without the service worker nothing would be kept; it is there a moment after the first load.
    if (navigator.serviceWorker?.controller) receiptScreen().catch((error: unknown) => console.error(error));
  });
}
