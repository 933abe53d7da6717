import { describe, expect, test } from "vitest";
import { allFaults, daysIn, faultsOf, totalsOf, uncheckedMonths, withoutTyping } from "./checks";
import { beginDraft, blankLine, type Line, linesOf, touched, withCell, withRoom } from "./draft";

const line = (id: string, cells: Partial<Line>): Line => ({ ...blankLine(id, "2026-06"), wage_rs: "40000", worker_name: "Worker 1", ...cells });
const codes = (lines: readonly Line[]): string[] => [...faultsOf(lines)].map(([id, faults]) => `${id}: ${faults.map(({ code }) => code).join(", ")}`);

describe("checks", () => {
  test("a CNIC of 12 digits is said, one of 13 is not, none is not", () => {
    const lines = [line("a", { cnic: "424017730412" }), line("b", { cnic: "4240177304125" }), line("c", { cnic: "" })];
    expect(faultsOf(lines).get("a")).toEqual([{ column: "cnic", hard: false, code: "cnic-length", digits: 12 }]);
    expect(codes(lines)).toEqual(["a: cnic-length"]);
  });

  test("the same CNIC twice names the line that had it first", () => {
    const lines = [line("a", { cnic: "4240177304125" }), line("b", {}), line("c", { cnic: "4240177304125" })];
    expect(faultsOf(lines).get("c")).toEqual([{ column: "cnic", hard: false, code: "cnic-again", line: 1 }]);
  });

  test("a wage by the day without its days is asked about, and may stand so", () => {
    const lines = [line("a", { by_day: "day", days: "" }), line("b", { by_day: "day", days: "20" }), line("c", { days: "" })];
    expect(codes(lines)).toEqual(["a: days-missing"]);
    expect(faultsOf(lines).get("a")?.[0]?.hard).toBe(false);
  });

  test("more days than the month has cannot be captured", () => {
    expect(codes([line("a", { days: "30" }), line("b", { days: "31" })])).toEqual(["b: too-many-days"]);
    expect(["2026-02", "2024-02", "2026-12"].map(daysIn)).toEqual([28, 29, 31]);
  });

  test("a line with anything in it needs a wage, and somebody", () => {
    expect(codes([line("a", { wage_rs: "" }), line("b", { worker_name: " " }), blankLine("c", "2026-06")])).toEqual(["a: wage-missing", "b: nobody"]);
    expect(codes([line("a", { wage_rs: "1000000001" })])).toEqual(["a: too-large"]);
  });

  test("a wage of nothing is a wage", () => {
    expect(codes([line("a", { wage_rs: "0", declared_wage_rs: "0" })])).toEqual([]);
  });

  test("totals are exact and leave blank lines out", () => {
    const lines = [line("a", { wage_rs: "1000000000", declared_wage_rs: "1" }), line("b", { wage_rs: "1", registered: "no" }), blankLine("c", "2026-06")];
    expect(totalsOf(lines)).toEqual({ lines: 2, wages: 1_000_000_001, declared: 1, notDeclared: 1, notRegistered: 1 });
  });

  test("faults of all months are counted within their month", () => {
    const draft = { ...beginDraft("v", "e", "r", "2026-06"), lines: [line("a", {}), { ...line("b", { days: "99" }), month: "2026-05" }] };
    expect(allFaults(draft).map(({ line: { id }, row, fault }) => [id, row, fault.code])).toEqual([["b", 1, "too-many-days"]]);
  });
});

describe("room for lines", () => {
  let made = 0;
  const newId = (): string => `id-${(made += 1)}`;

  test("there are always blank lines to type into, and they alone are nothing to keep", () => {
    const begun = beginDraft("v", "e", "r", "2026-06");
    const roomy = withRoom(begun, "2026-06", 10, newId);
    expect(linesOf(roomy, "2026-06")).toHaveLength(10);
    expect(withRoom(roomy, "2026-06", 10, newId)).toBe(roomy);
    expect(touched(roomy)).toBe(false);
    const last = linesOf(roomy, "2026-06").at(-1)?.id ?? "";
    const typed = withRoom(withCell(roomy, last, "worker_name", "W"), "2026-06", 10, newId);
    expect(linesOf(typed, "2026-06")).toHaveLength(11);
    expect(touched(typed)).toBe(true);
  });
});

describe("while a line is typed", () => {
  test("what is only not finished is not said, everything else is", () => {
    const lines = [line("a", { cnic: "42", days: "99", wage_rs: "" }), line("b", { cnic: "42" })];
    const faults = faultsOf(lines);
    const said = (column: "cnic" | "days"): string[] => (withoutTyping(faults, "a", column).get("a") ?? []).map(({ code }) => code);
    expect(said("cnic")).toEqual(["too-many-days"]);
    expect(said("days")).toEqual(["cnic-length", "too-many-days"]);
    expect(withoutTyping(faults, "a", "cnic").get("b")).toHaveLength(1);
  });

  test("a month with lines that is not among those checked is said; blank lines are not lines", () => {
    const lines = [line("a", { month: "2026-10" }), line("b", { month: "2026-06" }), line("c", { month: "2026-10" }), blankLine("d", "2026-09")];
    const draft = { ...beginDraft("v", "e", "r", "2026-06"), lines };
    expect(uncheckedMonths(draft)).toEqual(["2026-06", "2026-10"]);
    const ticked = (months: readonly string[]) => uncheckedMonths({ ...draft, asWritten: true, answers: { ...draft.answers, months } });
    expect(ticked(["2026-06", "2026-08"])).toEqual(["2026-10"]);
    expect(ticked(["2026-06", "2026-10"])).toEqual([]);
  });
});
