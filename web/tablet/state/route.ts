/** Which screen is shown: kept in the address after the #, so that a reload opens the same one, also offline. */
import { signal } from "@preact/signals";

export const TABS = ["facts", "report", "checklist", "wages", "photos", "finish"] as const;
export type Tab = (typeof TABS)[number];

export type Route =
  | { readonly screen: "today" | "photos" | "arrivals" | "people" | "leads" | "lead" }
  | { readonly screen: "visit"; readonly visit: string; readonly tab: Tab | null }
  | { readonly screen: "receipt"; readonly report: string };

/** The route that an address names; today's visits for any other. */
export function routeOf(hash: string): Route {
  const [name = "", visit = "", tab = ""] = hash.replace(/^#\/?/, "").split("/");
  if (name === "visit" && visit !== "") return { screen: "visit", visit, tab: TABS.find((each) => each === tab) ?? null };
  if (name === "receipt" && visit !== "") return { screen: "receipt", report: visit };
  if (name === "leads") return { screen: visit === "new" ? "lead" : "leads" };
  if (name === "photos" || name === "arrivals" || name === "people") return { screen: name };
  return { screen: "today" };
}

/** The address of a visit, or of one of its tabs. */
export const visitAt = (visit: string, tab?: Tab): string => `#/visit/${visit}${tab === undefined ? "" : `/${tab}`}`;

/** The address of a report's receipt, as the employer is shown it. */
export const receiptAt = (report: string): string => `#/receipt/${report}`;

/** The addresses of the leads of this tablet, and of the form for a new one. */
export const LEADS = "#/leads";
export const NEW_LEAD = "#/leads/new";

export const route = signal<Route>(typeof location === "undefined" ? { screen: "today" } : routeOf(location.hash));

/** Show another screen. */
export function go(hash: string): void {
  location.hash = hash;
}

/** Follow the address. Called once. */
export function followRoute(): void {
  window.addEventListener("hashchange", () => {
    route.value = routeOf(location.hash);
    // Who reads by ear or by keys begins at the new screen, not at the old one's link.
    requestAnimationFrame(() => {
      const main = document.getElementById("main");
      if (main !== null && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
    });
  });
}
