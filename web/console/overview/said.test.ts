import { afterEach, describe, expect, test } from "vitest";
import { language } from "../../shared/words";
import type { Compliance } from "../../shared/wire.gen";
import { behindText, hatchText, stepTexts, valueText } from "./said";

afterEach(() => {
  language.value = "en";
});

const row: Compliance = { district: "d", name: "D", establishments: 100, visited: 40, reports: 41, flagged: 10, due_rs: "1234.50", open_conflicts: 0, quarantined: 0 };

function plain(text: string | null): string {
  return (text ?? "").replace(/[\u2066\u2069]/g, "").replaceAll("\u00a0", " ");
}

describe("a district in words", () => {
  test("says its value and what stands behind it", () => {
    expect(plain(valueText(row, "clear"))).toBe("75 %");
    expect(plain(behindText(row, "clear"))).toBe("30 of 40 visited without a flag");
    expect(plain(valueText(row, "due"))).toBe("Rs 1,234.50");
    expect(plain(valueText(row, "visited"))).toBe("40 %");
  });

  test("says why it has no value", () => {
    expect(plain(valueText({ ...row, visited: 19 }, "clear"))).toBe("too few: 19");
    expect(plain(valueText({ ...row, visited: 0 }, "clear"))).toBe("not visited");
    expect(plain(valueText({ ...row, visited: 0 }, "due"))).toBe("not visited");
    expect(plain(valueText({ ...row, visited: 0 }, "visited"))).toBe("0 %");
    expect(plain(valueText({ ...row, visited: 0, establishments: 0 }, "visited"))).toBe("nothing to measure");
  });

  test("writes per cent out in Urdu, where the sign would jump", () => {
    language.value = "ur";
    expect(plain(valueText(row, "clear"))).toBe("75 فیصد");
  });
});

test("the legend's ranges meet without a gap or an overlap", () => {
  expect(stepTexts([20n, 40n, 60n, 80n], "clear").map(plain)).toEqual(["under 20 %", "20–39 %", "40–59 %", "60–79 %", "from 80 %"]);
  expect(stepTexts([1n, 2n, 3n, 4n], "visited").map(plain)).toEqual(["under 1 %", "1 %", "2 %", "3 %", "from 4 %"]);
  expect(stepTexts([500n, 1000n, 1500n, 2000n], "due").map(plain)).toEqual(["under Rs 500", "from Rs 500", "from Rs 1,000", "from Rs 1,500", "from Rs 2,000"]);
  expect(plain(hatchText("clear"))).toBe("fewer than 20 visited");
  expect(hatchText("visited")).toBeNull();
});
