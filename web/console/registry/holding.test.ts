import { expect, test } from "vitest";
import type { Directorate, District, Held } from "../../shared/wire.gen";
import { heldByNobody, ordered, whenHeld } from "./holding";

const held = (district: string, from_day: string, to_day: string | null = null, area: string | null = null): Held => ({ district, from_day, to_day, area });
const district = (id: string): District => ({ id, name: id, division: null, lat: null, lon: null });
const DAY = "2026-11-22";

test("a holding includes its first and its last day", () => {
  const one = held("korangi", "2026-11-22", "2026-11-23");
  expect(["2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"].map((day) => whenHeld(one, day))).toEqual(["coming", "now", "now", "ended"]);
});

test("what holds now stands first, what ended last", () => {
  const holds = [held("a", "2020-01-01", "2021-01-01"), held("b", "2027-01-01"), held("d", "2020-01-01"), held("c", "2020-01-01")];
  expect(ordered(holds, DAY).map((each) => each.district)).toEqual(["c", "d", "b", "a"]);
});

test("a district whose holding has ended, or not begun, is held by nobody; one held in part is held", () => {
  const east: Directorate = { id: "e", name: "East", holds: [held("a", "2020-01-01", "2021-01-01"), held("b", "2027-01-01"), held("c", "2020-01-01", null, "SITE")] };
  expect(heldByNobody(["a", "b", "c", "d"].map(district), [east], DAY).map((each) => each.id)).toEqual(["a", "b", "d"]);
});
