/** Which screen is open, by its address. Going somewhere is an entry in the browser's own history. */
import { computed, signal } from "@preact/signals";
import { h, type ComponentChildren, type JSX } from "preact";

const BASE = "/console";
const here = typeof location === "undefined" ? { pathname: BASE, search: "" } : location;

/** The address in use without its question mark part: "/console/conflicts/ID". */
export const path = signal(here.pathname);

/** What stands behind the question mark of the address. */
export const query = signal(new URLSearchParams(here.search));

/** The address in its parts after /console, decoded: ["conflicts", "ID"]. */
export const parts = computed(() => partsOf(path.value));

/** An address in its parts after /console, decoded. What cannot be decoded stays as it is. */
export function partsOf(address: string): readonly string[] {
  const inside = address.startsWith(BASE) ? address.slice(BASE.length) : address;
  return inside.split("/").filter(Boolean).map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // somebody typed a lone %
  }
}

/** The address of a screen from its parts, and what is to stand behind the question mark. Empty values are left out. */
export function address(to: readonly string[], asked: Record<string, string | null | undefined> = {}): string {
  const given = Object.entries(asked).filter((each): each is [string, string] => Boolean(each[1]));
  const behind = new URLSearchParams(given).toString();
  const whole = [BASE, ...to.map(encodeURIComponent)].join("/");
  return behind ? `${whole}?${behind}` : whole;
}

/** The address of a record's own page, to which every figure leads. */
export function recordAddress(id: string): string {
  return address(["records", id]);
}

/** Open a screen. `replace`: the screen before is not one to come back to. */
export function go(to: string, replace = false): void {
  if (to === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  follow();
}

function follow(): void {
  path.value = location.pathname;
  query.value = new URLSearchParams(location.search);
}

/** Follow the browser's back and forward. Called once. */
export function followAddress(): void {
  addEventListener("popstate", follow);
}

interface LinkProps extends JSX.HTMLAttributes<HTMLAnchorElement> {
  readonly to: string;
  readonly children?: ComponentChildren;
  readonly [data: `data-${string}`]: string | undefined;
}

/** A link to another screen, which opens without loading the page anew; in a new window where that is asked for. */
export function Link({ to, children, ...rest }: LinkProps) {
  const open = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return h("a", { ...rest, href: to, onClick: open }, children);
}
