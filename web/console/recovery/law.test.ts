import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { language } from "../../shared/words";
import type { RateRow } from "../../shared/wire.gen";
import { kindName, valueName } from "./law";

const shipped = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../field/recovery/statute.json"), "utf8")) as RateRow[];

afterEach(() => {
  language.value = "en";
});

function plain(text: string): string {
  return text.replace(/[\u2066\u2069]/g, "").replaceAll("\u00a0", " ");
}

function row(unit: string, value: string): RateRow {
  return { id: "", kind: "", value, unit, valid_from: "2026-07-01", legal_basis: "", source: "", confirmed: true };
}

describe("a row of the law", () => {
  test("has words in both languages for everything that is shipped", () => {
    expect(shipped.length).toBeGreaterThan(10);
    for (const one of shipped) {
      language.value = "en";
      expect(kindName(one)).not.toBe(one.kind);
      if (one.unit === "rule") expect(valueName(one)).not.toBe(one.value);
      language.value = "ur";
      expect(`${kindName(one)} ${valueName(one)}`.replace("Rs", "")).not.toMatch(/[a-z]/i);
    }
  });

  test("shows its value exactly", () => {
    expect(plain(valueName(row("Rs/month", "40000")))).toBe("Rs 40,000 a month");
    expect(plain(valueName(row("Rs/day", "1538.46")))).toBe("Rs 1,538.46 a day");
    expect(plain(valueName(row("percent/day", "0.5")))).toBe("0.5 % a day");
  });

  test("shows what it does not know as it is", () => {
    expect(plain(valueName(row("bushels", "12")))).toBe("12 bushels");
    expect(valueName(row("rule", "new-rule"))).toBe("new-rule");
    expect(plain(valueName(row("Rs/month", "1e3")))).toBe("1e3 a month");
  });
});
