import { afterEach, expect, test } from "vitest";
import { language } from "../shared/words";
import { KINDS } from "../sync/kinds.gen";
import { actName, lineOf, reasonName, steps } from "./entry";
import { fieldName, isPersonal, kindName, shortId, valueText } from "./values";

afterEach(() => {
  language.value = "en";
});

const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, "").replaceAll("\u00a0", " ");

test("every field of every kind has a name in both languages", () => {
  for (const lang of ["en", "ur"] as const) {
    language.value = lang;
    for (const kind of Object.values(KINDS)) {
      expect(kindName(kind.name)).not.toBe(kind.name);
      for (const field of Object.keys(kind.fields)) expect(fieldName(field), `${kind.name}.${field} in ${lang}`).not.toBe(field);
    }
  }
});

test("values are said as people write them", () => {
  expect(plain(valueText("wage_line", "wage_rs", 46800))).toBe("Rs 46,800");
  expect(valueText("wage_line", "month", "2026-06")).toBe("June 2026");
  expect(plain(valueText("report", "headcount", { men: 3, women: 4, total: 7 }))).toBe("7 people: 3 men, 4 women");
  expect(plain(valueText("report", "place", { lat: 24.87, lon: 67.18, accuracy_m: 12.4 }))).toBe("24.87000, 67.18000, within 12 m");
  expect(valueText("report", "months_paid", ["2026-08", "2026-09"])).toBe("August 2026, September 2026");
  expect(valueText("report", "records_refused", false)).toBe("No");
  expect(valueText("visit", "withdrawn", null)).toBe("Not withdrawn");
  expect(valueText("wage_line", "days", null)).toBe("Not entered");
  expect(plain(valueText("visit", "inspector", "id-1", { names: new Map([["id-1", "Inspector 1"]]) }))).toBe("Inspector 1");
});

test("a personal value is never shown but masked by the server", () => {
  expect(isPersonal("wage_line", "cnic")).toBe(true);
  expect(plain(valueText("wage_line", "cnic", "commitment", { personal: { commitment: "42101-*******-*" } }))).toBe("42101-*******-*");
  expect(valueText("wage_line", "cnic", "42101-1234567-1")).not.toContain("1234567");
});

test("what a newer server sends is shown as it came, not dropped", () => {
  expect(kindName("complaint")).toBe("complaint");
  expect(fieldName("shoe_size")).toBe("shoe_size");
  expect(valueText("complaint", "shoe_size", "44")).toBe("44");
  expect(valueText("wage_line", "month", "Juni")).toBe("Juni");
  expect(reasonName("brand-new")).toBe("brand-new");
  expect(fieldName("constructor")).toBe("constructor");
});

test("an entry is read field by field with what stood there before", () => {
  const line = lineOf({ line: '{"op":"set","set":{"wage_rs":47300,"days":26},"was":{"wage_rs":46800}}' });
  if (!line) throw new Error("the line was not read");
  expect(actName(line)).toBe("Changed");
  expect(steps(line)).toEqual([
    { field: "wage_rs", before: 46800, now: 47300 },
    { field: "days", before: undefined, now: 26 },
  ]);
});

test("an entry that cannot be read is known as such", () => {
  for (const line of ["", "{", "null", "7", "{}"]) expect(lineOf({ line })).toBeNull();
  expect(actName(null)).toBe("Entry");
});

test("ids are told apart by their ends, since their beginnings are the time", () => {
  expect(plain(shortId("01a202f1-87fa-73e5-a0ae-132539406239"))).toBe("…406239");
});
