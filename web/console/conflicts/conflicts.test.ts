import { expect, test } from "vitest";
import type { ConflictListed, ConflictOpened, Side } from "../../shared/wire.gen";
import { entered, read } from "./another";
import { meant } from "./keys";
import { askedOf, difference, following, narrowedBy, rupeesOf } from "./list";
import { inShownOrder, letter, news, sideText } from "./sides";

const listed = (record: string) => ({ record }) as ConflictListed;
const side = (write: string, value: unknown, masked = false): Side => ({ write, value, masked, by: null, by_name: null, device: "d", device_name: null, t: 0 });
const opened = (about: string, of: string, candidates: Side[]) => ({ about, of, candidates, others: {}, masked: [], disputed: [] }) as unknown as ConflictOpened;

test("the order and what the list is narrowed by are the server's, page by page", async () => {
  const asked = narrowedBy(new URLSearchParams("district=korangi&kind=wage_line&field=wage_rs&age=7&rupees=12,000"));
  expect(askedOf(asked)).toEqual({ order: "rupees", district: "korangi", of: "wage_line", about: "wage_rs", older_than_days: "7", rupees: "12000" });
  expect(narrowedBy(new URLSearchParams("age=-1&rupees=much"))).toMatchObject({ age: null, rupees: null });
});

test("a sum is taken as people type it, and what is none is not asked for", () => {
  expect(["5000", " 5,000 ", "۵۰۰۰", "005000"].map(rupeesOf)).toEqual(["5000", "5000", "5000", "5000"]);
  expect(["", "5.5", "-1", "all", "1".repeat(13)].map(rupeesOf)).toEqual([null, null, null, null, null]);
});

test("the difference is exact to the paisa", () => {
  expect(difference({ effect: { least_rs: "0.10", most_rs: "90071992547409.93" } })).toBe(9007199254740983n);
});

test("after a decision the next conflict opens, at the end of the list the one before", () => {
  const order = ["a", "b", "c"].map(listed);
  expect(following(order, "a")).toBe("b");
  expect(following(order, "c")).toBe("b");
  expect(following(order.slice(0, 1), "a")).toBeNull();
});

test("no side has the letter of another act", () => {
  const letters = Array.from({ length: 20 }, (_, at) => letter(at));
  expect(new Set(letters).size).toBe(20);
  expect(letters.slice(0, 2)).toEqual(["A", "B"]);
  for (const taken of ["E", "J"]) expect(letters).not.toContain(taken);
});

test("a side that came or went meanwhile is noticed, another order of the same ones is not", () => {
  const of = (...writes: string[]) => opened("wage_rs", "wage_line", writes.map((write) => side(write, 1)));
  expect(news(of("x", "y"), of("y", "x"))).toBeNull();
  expect(news(of("x", "y"), of("x", "z"))).toBe("came");
  expect(news(of("x", "y"), of("x"))).toBe("gone");
});

test("a letter never passes to another side", () => {
  const of = (...writes: string[]) => opened("wage_rs", "wage_line", writes.map((write) => side(write, 1)));
  const now = inShownOrder(of("x", "y"), of("earlier", "y", "x"));
  expect(now.candidates.map((each) => each.write)).toEqual(["x", "y", "earlier"]);
});

test("a masked value is shown as it came, and one that was erased is not made up", () => {
  const about = opened("cnic", "wage_line", []);
  expect(sideText(about, side("x", "42101-*******-*", true), {})).toContain("42101-*******-*");
  expect(sideText(about, side("x", null, true), {})).toBe("Not entered");
});

test("another value can be entered where its kind allows, and nowhere else", () => {
  expect(entered("wage_line", "wage_rs")).toEqual({ parts: [""], whole: true });
  expect(entered("visit", "status")?.options).toEqual(["planned", "started", "done", "refused", "not_found"]);
  expect(entered("report", "headcount")?.parts).toEqual(["men", "women", "total"]);
  for (const [kind, about] of [["report", "place"], ["report", "withdrawn"], ["photo", "sha256"], ["report", "records_refused"], ["unknown", "name"]] as const)
    expect(entered(kind, about), `${kind}.${about}`).toBeNull();
});

test("what was typed is read exactly or not at all", () => {
  const wage = (text: string) => read("wage_line", "wage_rs", { "": text });
  expect([wage("36,500"), wage("۳۶۵۰۰"), wage(" 0 ")]).toEqual([36500, 36500, 0]);
  expect(["", "36.5", "-1", "1000000001", "12a"].map(wage)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(read("wage_line", "month", { "": "2026-13" })).toBeUndefined();
  expect(read("establishment", "name", { "": "ا".repeat(301) })).toBeUndefined();
  expect(read("report", "headcount", { men: "3", women: "4", total: "7" })).toEqual({ men: 3, women: 4, total: 7 });
  expect(read("report", "headcount", { men: "3", women: "4" })).toBeUndefined();
});

test("a letter acts by itself, and with Alt while somebody types, by the place of the key", () => {
  const key = (over: object) => ({ key: "a", code: "KeyA", altKey: false, ctrlKey: false, metaKey: false, repeat: false, ...over });
  expect(meant(key({}), false)).toBe("A");
  expect(meant(key({ key: "ش" }), false)).toBe("A");
  expect(meant(key({}), true)).toBeNull();
  expect(meant(key({ altKey: true, key: "å" }), true)).toBe("A");
  expect(meant(key({ ctrlKey: true }), false)).toBeNull();
  expect(meant(key({ repeat: true }), false)).toBeNull();
});
