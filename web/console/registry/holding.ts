/** Which directorate holds which district on a day; both days of a holding are included. */
import type { Directorate, District, Held } from "../../shared/wire.gen";

export type When = "now" | "coming" | "ended";

/** Where a holding stands on a day. */
export function whenHeld(held: Held, day: string): When {
  if (day < held.from_day) return "coming";
  return held.to_day != null && held.to_day < day ? "ended" : "now";
}

/** The holdings of a directorate as they are read: those of now, then those that come, then those that ended. */
export function ordered(holds: readonly Held[], day: string): readonly Held[] {
  const order: readonly When[] = ["now", "coming", "ended"];
  return [...holds].sort((one, other) => order.indexOf(whenHeld(one, day)) - order.indexOf(whenHeld(other, day)) || one.district.localeCompare(other.district) || other.from_day.localeCompare(one.from_day));
}

/** The districts that no directorate holds on a day, not even in part. */
export function heldByNobody(districts: readonly District[], directorates: readonly Directorate[], day: string): readonly District[] {
  const held = new Set(directorates.flatMap((each) => each.holds.filter((one) => whenHeld(one, day) === "now").map((one) => one.district)));
  return districts.filter((each) => !held.has(each.id));
}
