/** The tablet out of somebody's hands: nothing of the work is on the screen until one of its people goes on. */
import { signal } from "@preact/signals";

const KEPT = "field-locked";

export const locked = signal(typeof localStorage !== "undefined" && localStorage.getItem(KEPT) === "yes");

/** Lock the screen; it stays locked over a reload. */
export function lock(): void {
  localStorage.setItem(KEPT, "yes");
  locked.value = true;
}

/** Somebody goes on. */
export function unlock(): void {
  localStorage.removeItem(KEPT);
  locked.value = false;
}
