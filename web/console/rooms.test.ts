import { expect, test } from "vitest";
import type { Posting } from "../shared/wire.gen";
import { districtsOf, firstRoom, inForce, isOpen, roomAt, rolesOf, roomsOf, type Role } from "./rooms";

const posting = (role: Role, district: string | null = null, from_ms = 0, to_ms: number | null = null): Posting => ({ person: "p", role, district, from_ms, to_ms });

test("a posting opens rooms from its first moment until its end", () => {
  const post = posting("supervisor", "korangi", 10, 20);
  const open = (now: number) => roomsOf(rolesOf(inForce([post], now))).length > 0;
  expect([9, 10, 19, 20].map(open)).toEqual([false, true, true, false]);
});

test("somebody with several postings has the rooms of all of them and begins where decisions wait", () => {
  const roles = rolesOf([posting("directorate"), posting("supervisor", "korangi"), posting("supervisor", "malir")]);
  expect(roles).toEqual(["supervisor", "directorate"]);
  expect(firstRoom(roles)).toBe("today");
});

test("a recovery officer sees no visits and decides no conflict", () => {
  expect(roomsOf(["recovery_officer"])).toEqual(["flags", "overview", "registry", "law"]);
  expect(isOpen("conflicts", ["recovery_officer"])).toBe(false);
});

test("inspectors have no room in the office, and administrators begin with the law", () => {
  expect(firstRoom(["inspector"])).toBeNull();
  expect(firstRoom(["administrator"])).toBe("law");
  expect(roomsOf(["inspector"])).toEqual([]);
});

test("a posting without a district reaches all of them", () => {
  expect(districtsOf([posting("supervisor", "korangi"), posting("inspector", "malir")], "supervisor")).toEqual(["korangi"]);
  expect(districtsOf([posting("supervisor", "korangi"), posting("supervisor")], "supervisor")).toBeNull();
});

test("an address that names no room is known as such", () => {
  expect(roomAt(["conflicts", "x"])).toBe("conflicts");
  expect(roomAt(["constructor"])).toBeNull();
  expect(roomAt([])).toBeNull();
});
