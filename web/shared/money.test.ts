import { describe, expect, test } from "vitest";
import { inColumn, paisa, total, wireRupees } from "./money";

describe("money", () => {
  test("goes to paisa and back unchanged, beyond what a float can hold", () => {
    for (const text of ["0.00", "0.05", "2400.50", "-0.99", "9007199254740993.01"]) expect(wireRupees(paisa(text))).toBe(text);
  });

  test("adds up exactly where floats would not", () => {
    expect(total(["0.10", "0.20"])).toBe("0.30");
    expect(total(Array.from({ length: 1000 }, () => "0.01"))).toBe("10.00");
    expect(total(["5.00", "-7.25"])).toBe("-2.25");
    expect(total([])).toBe("0.00");
  });

  test("is refused where it is no amount of the wire", () => {
    for (const text of ["", "12", "12.5", "1,200.00", "12.505", "NaN", "1e3"]) expect(() => paisa(text)).toThrow(RangeError);
  });

  test("has its paisa in every row of a column", () => {
    expect(inColumn("1234567.80")).toBe("1,234,567.80");
    expect(inColumn("36000.00")).toBe("36,000.00");
    expect(inColumn("-1200.00")).toBe("− 1,200.00");
  });
});
