import { expect, test } from "vitest";
import type { Posting } from "../../shared/wire.gen";
import type { Role } from "../rooms";
import { beginMs, districtsToGive, endMs, mayPost, ordered, rolesToGive } from "./posts";

const posting = (role: Role, district: string | null = null, from_ms = 0, to_ms: number | null = null): Posting => ({ person: "p", role, district, from_ms, to_ms });

test("a supervisor posts inspectors in their own districts and nobody else", () => {
  const mine = [posting("supervisor", "korangi")];
  expect(rolesToGive(mine)).toEqual(["inspector"]);
  expect(districtsToGive(mine, "inspector", ["korangi", "malir"])).toEqual(["korangi"]);
  expect(mayPost(mine, { role: "supervisor", district: "korangi" })).toBe(false);
  expect(mayPost(mine, { role: "inspector", district: null })).toBe(false);
});

test("an administrator of everywhere posts everybody, one of a district only there", () => {
  expect(districtsToGive([posting("administrator")], "directorate", ["korangi"])).toEqual(["korangi", null]);
  expect(districtsToGive([posting("administrator", "malir")], "directorate", ["korangi", "malir"])).toEqual(["malir"]);
});

test("the rights of two postings do not mix", () => {
  const mine = [posting("supervisor", "korangi"), posting("administrator", "malir")];
  expect(mayPost(mine, { role: "supervisor", district: "korangi" })).toBe(false);
  expect(mayPost(mine, { role: "supervisor", district: "malir" })).toBe(true);
});

test("what holds stands before what comes and what has ended", () => {
  const [now, coming, ended] = [posting("inspector", "a", 5), posting("inspector", "b", 20), posting("inspector", "c", 1, 4)];
  expect(ordered([ended, coming, now], 10).map((each) => each.district)).toEqual(["a", "b", "c"]);
});

test("a posting lasts until the end of its last day in Pakistan", () => {
  expect(new Date(beginMs("2026-11-23")).toISOString()).toBe("2026-11-22T19:00:00.000Z");
  expect(new Date(endMs("2026-11-23")).toISOString()).toBe("2026-11-23T19:00:00.000Z");
});
