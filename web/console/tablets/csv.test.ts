import { expect, test } from "vitest";
import type { DeviceAccount } from "../../shared/wire.gen";
import { ledgerCsv } from "./csv";
import { account } from "./testing";

const cells = (each: Partial<DeviceAccount>) => ledgerCsv([account(each)]).split("\r\n")[1] ?? "";

test("each tablet is a line under one line of headings", () => {
  const lines = ledgerCsv([account({ name: "A", captured: 7, told_ms: 0 }), account({ name: "B" })]).split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^name,district,people,captured/);
  expect(lines[1]).toMatch(/^A,korangi,,7,.*1970-01-01T00:00:00.000Z/);
});

test("a comma and a quotation mark in a name stay in their cell, and a name is never a formula", () => {
  expect(cells({ name: 'Tablet "1", spare' })).toMatch(/^"Tablet ""1"", spare",korangi/);
  expect(cells({ name: "=1+1" })).toMatch(/^'=1\+1,/);
});
