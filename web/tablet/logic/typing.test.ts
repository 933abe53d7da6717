import { describe, expect, test } from "vitest";
import { caretAfter, cleaned, cnicShown, figureShown, shownIn } from "./typing";

describe("typing", () => {
  test("a CNIC gets its dashes while it is typed", () => {
    const typed = ["4", "42401", "424017", "424017730412", "4240177304125", "42401773041259"];
    expect(typed.map(cnicShown)).toEqual(["4", "42401", "42401-7", "42401-7730412", "42401-7730412-5", "42401-7730412-59"]);
  });

  test("digits of other scripts and dashes that were pasted become bare digits", () => {
    expect(cleaned("cnic", "۴۲۴۰۱-٧٧٣٠٤١٢-5")).toBe("4240177304125");
    expect(cleaned("wage_rs", "Rs 38,500")).toBe("38500");
  });

  test("a CNIC that is too long stays visible, so that it is said and not cut", () => {
    expect(cleaned("cnic", "424017730412599")).toHaveLength(15);
    expect(cleaned("cnic", "4240177304125991234")).toHaveLength(15);
  });

  test("a name stays as it is typed", () => {
    expect(cleaned("worker_name", "Worker 17, نام")).toBe("Worker 17, نام");
  });

  test("figures show their thousands", () => {
    expect(["", "0", "385", "38500", "1229500"].map(figureShown)).toEqual(["", "0", "385", "38,500", "1,229,500"]);
    expect(shownIn("days", "26")).toBe("26");
  });

  test("the caret stays behind the digit that was typed", () => {
    expect(caretAfter("38,500", 2)).toBe(2);
    expect(caretAfter("38,500", 3)).toBe(4);
    expect(caretAfter("42401-7", 6)).toBe(7);
    expect(caretAfter("42401-7", 0)).toBe(0);
    expect(caretAfter("42", 9)).toBe(2);
  });
});
