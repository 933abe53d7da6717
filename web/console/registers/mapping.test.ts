import { expect, test } from "vitest";
import { asked, isReady, meant } from "./mapping";

const preview = { headings: ["Employee", "Id", "Gross Amount"], columns: ["worker_name", "", ""], known: ["worker_name", "wage"] };

test("a heading stands for what the server takes it for, until somebody chooses another", () => {
  expect(meant(preview, {})).toEqual({ worker_name: 0, wage: -1 });
  expect(meant(preview, { wage: 2, worker_name: 1 })).toEqual({ worker_name: 1, wage: 2 });
});

test("only what was chosen is asked of the server, with headings as they are written", () => {
  expect(asked(preview, {}, "")).toBe("");
  expect(asked(preview, { wage: 2 }, "2026-03")).toBe("month=2026-03&column=wage%3DGross+Amount");
  expect(asked(preview, { wage: -1 }, "", { file_name: "a b.csv" })).toBe("file_name=a+b.csv");
});

test("a file is ready when it can be read and at least one line would be taken", () => {
  expect(isReady({ problem: "", lines: 1 })).toBe(true);
  expect(isReady({ problem: "", lines: 0 })).toBe(false);
  expect(isReady({ problem: "wage is missing", lines: 0 })).toBe(false);
});
