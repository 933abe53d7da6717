import { expect, test } from "vitest";
import type { AlarmEntry } from "../../shared/wire.gen";
import { byDistrict, current, grouped, sums } from "./sums";
import { account } from "./testing";

const alarm = (seq: number, more: Partial<AlarmEntry> = {}): AlarmEntry => ({ device: "d", code: "moved-away", seq, at_ms: seq, detail: "", district: null, record: "visit", kind: "visit", ...more });

test("an entry that came under two identities of a tablet counts once, what was lost under either counts", () => {
  const former = account({ device: "a", followed_by: "b", line_captured: 5, line_received: 5, lost: 1 });
  const now = account({ device: "b", line: ["a", "b"], line_captured: 9, line_received: 7, unsent: 2 });
  expect(sums([former, now])).toMatchObject({ tablets: 1, captured: 9, received: 7, unsent: 2, lost: 1 });
  expect(current([former, now])).toEqual([now]);
});

test("a former identity with a hole stays in sight", () => {
  const former = account({ followed_by: "b", alarms: [{ code: "holes", number: 1, detail: "" }] });
  expect(current([former])).toEqual([former]);
  expect(sums([former]).alarmed).toBe(1);
});

test("districts come by their names, tablets without one among them", () => {
  const found = byDistrict([account({ district: "z" }), account({ district: null }), account({ district: "a" })], (id) => id ?? "m");
  expect(found.map(([id]) => id)).toEqual(["a", null, "z"]);
});

test("alarms about one visit are one line with all its entries, and others stay apart", () => {
  const found = grouped([alarm(58), alarm(2), alarm(9, { record: "other" }), alarm(1, { code: "lost", record: null }), alarm(3, { device: "e" })]);
  expect(found.map(({ alarm: { code, device, record }, seqs }) => [code, device, record, seqs])).toEqual([
    ["moved-away", "d", "visit", [2, 58]],
    ["moved-away", "d", "other", [9]],
    ["lost", "d", null, [1]],
    ["moved-away", "e", "visit", [3]],
  ]);
});
