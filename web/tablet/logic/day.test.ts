import { describe, expect, test } from "vitest";
import type { Shown, Status } from "../../sync/tablet";
import { routeOf } from "../state/route";
import { meterState, type Now } from "./meter";
import { finishedMonths } from "./months";
import { waitMs } from "./schedule";
import { dayOf } from "./today";

const visit = (record: string, values: Record<string, unknown>): Shown => ({
  record, kind: "visit", values: { establishment: "e", inspector: "me", status: "planned", ...values }, disputed: [], pending: [], parent: null,
});

describe("the day", () => {
  const visits = [
    visit("5", { due: "2026-11-25" }),
    visit("4", { due: "2026-11-23", status: "done" }),
    visit("3", { due: "2026-11-22", status: "done" }),
    visit("2", { due: "2026-11-23" }),
    visit("1", { due: "2026-11-20" }),
    visit("6", { due: "2026-11-23", inspector: "somebody else" }),
    visit("7", { due: "2026-11-23", withdrawn: { reason: "twice", seen: [] } }),
  ];

  test("shows what is overdue first, then today; others' and earlier ones that are over not at all", () => {
    const day = dayOf(visits, "me", "2026-11-23", new Set());
    expect(day.stops.map(({ visit: { record }, mark, overdue }) => [record, mark, overdue])).toEqual([
      ["1", "next", true],
      ["2", "planned", false],
      ["4", "done", false],
    ]);
    expect(day.left).toBe(2);
    expect(day.later).toEqual({ count: 1, due: "2026-11-25" });
  });

  test("a visit that was begun is the next one", () => {
    const begun = [...visits, visit("8", { due: "2026-11-23", status: "started" })];
    const day = dayOf(begun, "me", "2026-11-23", new Set(["2"]));
    expect(day.stops.filter(({ next }) => next).map(({ visit: { record } }) => record)).toEqual(["8"]);
    expect(day.stops.find(({ visit: { record } }) => record === "2")?.mark).toBe("draft");
  });

  test("months are those that are over, latest first, over the turn of a year", () => {
    expect(finishedMonths("2026-02-01", 3)).toEqual(["2026-01", "2025-12", "2025-11"]);
    expect(finishedMonths("2026-11-22")).toHaveLength(12);
  });
});

describe("trying again", () => {
  const problem = { code: "no-answer", detail: "", retryAfterS: null };

  test("waits a minute when all is well, longer after each failure, and as long as the office asks", () => {
    expect(waitMs({ problem: null }, 0, 0)).toBe(60_000);
    expect([1, 2, 3, 9].map((failures) => waitMs({ problem }, failures, 0))).toEqual([120_000, 240_000, 480_000, 960_000]);
    expect(waitMs({ problem: { ...problem, retryAfterS: 600 } }, 1, 0)).toBe(600_000);
  });

  test("waits as long as the office says when all is well, and a fleet that failed together does not come back together", () => {
    expect(waitMs({ problem: null, nextSyncS: 83 }, 0, 0.5)).toBe(83_000);
    expect(waitMs({ problem, nextSyncS: 83 }, 1, 1)).toBe(150_000);
    expect(waitMs({ problem: { ...problem, retryAfterS: 600 } }, 1, 1)).toBe(750_000);
  });
});

describe("the meter", () => {
  const status: Status = { atOffice: 5, onlyHere: 0, attention: 0, forked: false, revoked: false, copied: false, wiped: null, alarms: 0, captured: 0, oldestHereMs: null, photosHere: { count: 0, bytes: 0, refused: [] }, signIn: null, lastSyncMs: 7, problem: null, unserved: null };
  const now: Now = { online: true, syncing: false, toSend: 0, unsaved: false, retryMs: null, needYou: 0, signedIn: true };
  const is = (some: Partial<Status>, more: Partial<Now>): string => meterState({ ...status, ...some }, { ...now, ...more }).is;

  test("says first what endangers work", () => {
    expect(is({ onlyHere: 3 }, { unsaved: true, syncing: true, toSend: 3 })).toBe("keep-on");
  });

  test("tells how far the sending is", () => {
    expect(meterState({ ...status, onlyHere: 8 }, { ...now, syncing: true, toSend: 14 })).toEqual({ is: "sending", sent: 6, of: 14 });
  });

  test("is safe without a network, asks for a person where one is needed, and names a silent office", () => {
    expect(is({ onlyHere: 2 }, { online: false })).toBe("safe");
    expect(is({}, { needYou: 1 })).toBe("needs-you");
    expect(is({ problem: { code: "no-answer", detail: "", retryAfterS: null } }, { retryMs: 1 })).toBe("no-answer");
    expect(is({ problem: { code: "bad-signature", detail: "", retryAfterS: null } }, {})).toBe("refused");
    expect(is({}, { signedIn: false })).toBe("sign-in");
    expect(is({}, {})).toBe("all-there");
    expect(is({ onlyHere: 1 }, {})).toBe("safe");
  });
});

describe("addresses", () => {
  test("lead to their screens, and to today where there is none", () => {
    expect(routeOf("#/visit/abc/wages")).toEqual({ screen: "visit", visit: "abc", tab: "wages" });
    expect(routeOf("#/visit/abc")).toEqual({ screen: "visit", visit: "abc", tab: null });
    expect(routeOf("#/arrivals")).toEqual({ screen: "arrivals" });
    expect(routeOf("#/nowhere")).toEqual({ screen: "today" });
  });
});
