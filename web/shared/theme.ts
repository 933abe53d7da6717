/** Light, dark and sunlight. Chosen by a person, remembered on this device. */
import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark" | "sun";

const KEPT = "field-theme";
const THEMES: readonly Theme[] = ["light", "dark", "sun"];

function kept(): Theme {
  const found = localStorage.getItem(KEPT);
  return THEMES.find((theme) => theme === found) ?? "light";
}

/** The theme in use. */
export const theme = signal<Theme>(typeof localStorage === "undefined" ? "light" : kept());

/** Keep the document in the theme that is chosen. Called once, by each app. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    localStorage.setItem(KEPT, theme.value);
  });
}

/** Go on to the next theme. */
export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "light";
}
