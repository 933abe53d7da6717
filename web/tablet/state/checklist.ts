/** How the checklist is being read: in which language, and which section is open. */
import { signal } from "@preact/signals";
import { type Tongue, TONGUES } from "../logic/asking";
import { ownTongue } from "../words/checklist";

const KEPT = "field-checklist-language";

const kept = (): Tongue => {
  const found = typeof localStorage === "undefined" ? null : localStorage.getItem(KEPT);
  return TONGUES.find((each) => each === found) ?? ownTongue();
};

const chosen = signal<Tongue | null>(null);

/** The language in which checklists are read: that of the screens, until another one is chosen. Remembered on this device. */
export const tongue = {
  get value(): Tongue {
    return chosen.value ?? kept();
  },
  set value(to: Tongue) {
    localStorage.setItem(KEPT, to);
    chosen.value = to;
  },
};

const open = new Map<string, string>();

/** The section that was open last in a visit's checklist; with a name, that one is from now on. */
export function openSection(visit: string, name?: string): string | undefined {
  if (name !== undefined) open.set(visit, name);
  return open.get(visit);
}
