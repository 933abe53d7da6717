import { expect, test } from "vitest";
import { check } from "../../sync/values";
import { KINDS } from "../../sync/kinds.gen";
import { routeOf } from "../state/route";
import { beginLead, districtSaid, districtsOf, faultOf, leadValues, untouched, WHATS, withCnic } from "./lead";

const typed = { ...beginLead("id", ["korangi"]), what: "home_based" as const, name: " Bangle makers " };

test("what is typed becomes a record that the office takes, and what was not answered is left out", () => {
  const values = leadValues(typed, null, null);
  expect(values).toEqual({ what: "home_based", district: "korangi", name: "Bangle makers" });
  check("lead", values, true);
  const whole = { ...typed, workers: "6", address: "Lane 4", sector: "glass", principal: "Mill", remarks: "Behind the mosque", place: { lat: 24.8, lon: 67.1, accuracy_m: 8 } };
  const id = "0190a8f0-0000-7000-8000-000000000000";
  check("lead", leadValues(whole, id, id), true);
  expect(leadValues(whole, id, null)).toMatchObject({ workers_about: 6, establishment: id, location: whole.place });
});

test("everything that can be chosen is known to the office, and nothing else", () => {
  const shape = KINDS.lead.fields["what"]?.shape;
  for (const what of WHATS) check("lead", leadValues({ ...typed, what }, null, null), true);
  expect(shape).toMatchObject({ pattern: `^(${WHATS.join("|")})$` });
});

test("what is missing is said, one thing after the other", () => {
  const empty = beginLead("id", ["korangi", "malir"]);
  expect(faultOf(empty)).toBe("what");
  expect(faultOf({ ...empty, what: "unit" })).toBe("name");
  expect(faultOf({ ...empty, what: "unit", name: "Unit" })).toBe("district");
  expect(faultOf({ ...empty, what: "unit", name: "Unit", district: "malir" })).toBeNull();
});

test("no CNIC travels in a lead, however it is typed; other numbers do", () => {
  for (const cnic of ["42101-1234567-1", "4210112345671", "42101 1234567 1", "۴۲۱۰۱-۱۲۳۴۵۶۷-۱"]) {
    expect(withCnic({ ...typed, remarks: `Ask ${cnic}.` })).toEqual(["remarks"]);
    expect(faultOf({ ...typed, address: cnic })).toBe("cnic");
  }
  expect(faultOf({ ...typed, remarks: "House 12, lane 4, about 30 people, 0300-1234567" })).toBeNull();
});

test("an untouched form leaves nothing behind, also where the district is known by itself", () => {
  expect(untouched(beginLead("id", ["korangi"]))).toBe(true);
  expect(untouched({ ...beginLead("id", []), place: { lat: 1, lon: 1, accuracy_m: 1 } })).toBe(false);
  expect(untouched(typed)).toBe(false);
});

test("a lead is entered in a district of a posting that holds", () => {
  const post = (role: string, district: string | null, to_ms: number | null = null) => ({ person: "p", role, district, from_ms: 10, to_ms });
  const postings = [post("inspector", "malir"), post("supervisor", "korangi"), post("inspector", "korangi"), post("directorate", "sukkur"), post("inspector", "east", 20), post("inspector", null)];
  expect(districtsOf(postings, 20)).toEqual(["korangi", "malir"]);
  expect(districtsOf(postings, 9)).toEqual([]);
  expect(districtSaid("karachi-east")).toBe("Karachi East");
});

test("the addresses of leads are kept", () => {
  expect(routeOf("#/leads").screen).toBe("leads");
  expect(routeOf("#/leads/new").screen).toBe("lead");
});
