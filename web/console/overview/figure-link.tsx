/** A figure that opens the records it counts. */
import type { ComponentChildren } from "preact";
import { address, Link } from "../router";

export const LISTS = ["establishments", "visited", "reports", "flagged", "conflicts", "quarantined"] as const;
export type List = (typeof LISTS)[number];

/** Stands for all districts in an address. */
export const EVERYWHERE = "all";

/** What is counted, and the list that shows it. */
export const FIGURES = {
  establishments: "establishments",
  visited: "visited",
  reports: "reports",
  flagged: "flagged",
  due_rs: "flagged",
  open_conflicts: "conflicts",
  quarantined: "quarantined",
} as const satisfies Record<string, List>;
export type FigureName = keyof typeof FIGURES;

/** The address of the list behind a figure of a district, or of all. */
export function listAddress(district: string, figure: FigureName): string {
  return address(["overview", district || EVERYWHERE, FIGURES[figure]]);
}

/** The figure as a link; as plain text where it counts nothing. `name` says in words what it opens. */
export function FigureLink(props: { district: string; figure: FigureName; nothing: boolean; name: string; children: ComponentChildren }) {
  const { district, figure, nothing, name, children } = props;
  if (nothing) return <span data-testid={`figure-${figure}`}>{children}</span>;
  return (
    <Link to={listAddress(district, figure)} data-testid={`figure-${figure}`} title={name}>
      {children}
    </Link>
  );
}
