import { beforeEach, describe, expect, test } from "vitest";
import { language } from "../../shared/words";
import { answerText } from "./answers";

const words = (en: string) => ({ en, ur: `${en} اردو`, sd: "" });
const shown = (value: unknown, more: { type?: string; masked?: boolean } = {}) =>
  answerText({ type: more.type ?? "text", value, masked: more.masked ?? false, choices: { open: words("Open"), wage_register: words("Wage register") } });

describe("an answer for the office", () => {
  beforeEach(() => void (language.value = "en"));

  test("choices are said by their labels, in the language of the screen", () => {
    expect(shown("open")).toBe("Open");
    expect(shown(["open", "wage_register"])).toBe("Open · Wage register");
    language.value = "ur";
    expect(shown("open")).toBe("Open اردو");
  });

  test("a choice that the version does not have keeps its name", () => {
    expect(shown("no_more")).toBe("no_more");
  });

  test("figures and days read as everywhere, and none is lost", () => {
    expect(shown(1250000)).toContain("1,250,000");
    expect(shown(0)).toContain("0");
    expect(shown(12.5)).toContain("12.5");
    expect(shown("2026-11-22", { type: "date" })).toContain("22 November 2026");
    expect(shown("2026-11-22")).toBe("2026-11-22");
  });

  test("what was erased is said to be hidden, and what is not there to be missing", () => {
    expect(shown(null, { masked: true })).not.toBe(shown(null));
    expect(shown(null)).not.toBe("");
  });
});
