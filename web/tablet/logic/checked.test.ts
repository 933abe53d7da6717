import { describe, expect, test } from "vitest";
import { check } from "../../sync/values";
import { answerKey, chosen, cleanedAs, inForce, lookAt, sectionsOf, valueOf } from "./asking";
import { correctedAnswer, newAnswers, ownPhotos, toLookAt, typedOf, withAnswer, withItem, withoutItem, withPicture } from "./checked";
import type { Checklist, Question } from "./checklist";
import { beginDraft, NO_ANSWERS, readDraft, touched, type VisitDraft } from "./draft";

const said = (en: string) => ({ en, ur: `${en} ur`, sd: `${en} sd` });
const ask = (name: string, type: Question["type"], more: Partial<Question> = {}): Question => ({ name, type, label: said(name), ...more });

const CHECKLIST: Checklist = {
  id: "short-visit",
  version: 1,
  valid_from: "2026-01-01",
  valid_to: null,
  title: said("Short visit"),
  legal_basis: "",
  confirmed: false,
  note: "",
  choices: { status: [{ name: "open", label: said("Open") }, { name: "closed", label: said("Closed") }], seen: [{ name: "b", label: said("B") }, { name: "a", label: said("A") }] },
  questions: [
    ask("unit", "group"),
    ask("status", "select_one", { group: "unit", choices: "status", required: "true" }),
    ask("seen", "select_multiple", { group: "unit", choices: "seen", relevant: "${status} = 'open'" }),
    ask("men", "integer", { group: "unit", fills: "headcount.men", required: "true" }),
    ask("covered", "integer", { group: "unit", constraint: ". >= 0 and . <= ${men}", relevant: "${status} = 'open'" }),
    ask("people", "repeat"),
    ask("who", "text", { group: "people", personal: true }),
    ask("wage", "decimal", { group: "people", required: "true" }),
    ask("end", "group"),
    ask("signature", "signature", { group: "end" }),
  ],
};

const ID = "018f0000-0000-7000-8000-0000000000";
let made = 0;
const newId = (): string => `${ID}${String((made += 1)).padStart(2, "0")}`;
const begun = (): VisitDraft => ({ ...beginDraft(`${ID}a0`, "e", `${ID}ff`, "2026-06"), answers: { ...NO_ANSWERS, men: "12", women: "0" } });
const answer = (draft: VisitDraft, key: string, typed: string | readonly string[]): VisitDraft => withAnswer(draft, CHECKLIST, key, typed, newId);
const look = (draft: VisitDraft) => lookAt(CHECKLIST, draft, "2026-06-30");
const photo = (id: string, purpose: string) => ({ id, sha256: "a".repeat(64), size: 5, media_type: "image/png", taken_ms: 1, purpose });

describe("which checklist", () => {
  const second = { ...CHECKLIST, version: 2, valid_from: "2026-06-01" };
  const ended = { ...CHECKLIST, id: "a-past-one", valid_to: "2026-03-01" };

  test("the highest version of the day, until a draft answers one", () => {
    expect(inForce([CHECKLIST, second, ended], "2026-02-28").map(({ id, version }) => [id, version])).toEqual([["a-past-one", 1], ["short-visit", 1]]);
    expect(inForce([CHECKLIST, second, ended], "2026-06-01").map(({ id, version }) => [id, version])).toEqual([["short-visit", 2]]);
    expect(chosen([CHECKLIST, second], "", "2026-06-30")).toBe(second);
    expect(chosen([CHECKLIST, second], "short-visit@1", "2026-06-30")).toBe(CHECKLIST);
    expect(chosen([second], "short-visit@1", "2026-06-30")).toBeNull();
    expect(chosen([second], "", "2026-05-31")).toBeNull();
  });

  test("sections stand in the order of their questions", () => {
    expect(sectionsOf(CHECKLIST).map(({ name, repeat, questions }) => [name, repeat, questions.length])).toEqual([["unit", false, 4], ["people", true, 2], ["end", false, 1]]);
    expect(sectionsOf({ questions: [ask("alone", "text"), ...CHECKLIST.questions] })[0]).toMatchObject({ name: "", about: null });
  });
});

describe("typing", () => {
  test("figures of any script become 0 to 9, and nothing else stays", () => {
    expect(cleanedAs("integer", "۱۲,٣ Rs")).toBe("123");
    expect(cleanedAs("integer", "-۴.٥")).toBe("-4");
    expect(cleanedAs("decimal", "۱۲٫۵.7")).toBe("12.57");
    expect(cleanedAs("text", "۱۲ کارکن")).toBe("۱۲ کارکن");
  });

  test("half a number is no answer", () => {
    expect(["-", ".", "", "7.", "-3", "0"].map((typed) => valueOf({ type: "decimal" }, typed))).toEqual([null, null, null, 7, -3, 0]);
    expect(valueOf({ type: "select_multiple" }, ["b", "a"])).toEqual(["a", "b"]);
    expect(valueOf({ type: "text" }, "  ")).toBeNull();
  });
});

describe("answering", () => {
  test("the first answer binds the draft to the version, and an empty one leaves no trace", () => {
    const draft = answer(begun(), "status", "open");
    expect(draft.checked.of).toBe("short-visit@1");
    const id = draft.checked.given["status"]?.id;
    expect(answer(draft, "status", "closed").checked.given["status"]).toEqual({ id, typed: "closed" });
    expect(answer(draft, "status", "").checked.given).toEqual({});
    expect(touched({ ...begun(), answers: NO_ANSWERS })).toBe(false);
    expect(touched({ ...draft, answers: NO_ANSWERS })).toBe(true);
  });

  test("what a later answer makes irrelevant is not captured", () => {
    const open = answer(answer(answer(begun(), "status", "open"), "seen", ["b", "a"]), "covered", "11");
    expect(newAnswers(CHECKLIST, open, look(open)).map(({ values }) => [values["question"], values["value"]])).toEqual([["status", "open"], ["seen", ["a", "b"]], ["covered", 11]]);
    const closed = answer(open, "status", "closed");
    expect(newAnswers(CHECKLIST, closed, look(closed)).map(({ values }) => values["question"])).toEqual(["status"]);
  });

  test("what is captured the office takes, a name where names belong", () => {
    let draft = withItem(answer(begun(), "status", "open"), CHECKLIST, "people", newId);
    const [item = ""] = draft.checked.items["people"] ?? [];
    draft = answer(answer(draft, answerKey("who", item), " Worker 1 "), answerKey("wage", item), "40000.5");
    const answers = newAnswers(CHECKLIST, draft, look(draft));
    for (const { values } of answers) check("answer", values, true);
    const { report } = draft;
    expect(answers.map(({ values }) => values)).toEqual([
      { report, question: "status", value: "open" },
      { report, question: "who", item, private_value: "Worker 1" },
      { report, question: "wage", item, value: 40000.5 },
    ]);
  });

  test("what is missing and what cannot be is found with its place, the report's own answers too", () => {
    const draft = withItem(withItem(answer(answer(begun(), "status", "open"), "covered", "13"), CHECKLIST, "people", newId), CHECKLIST, "people", newId);
    const found = toLookAt(CHECKLIST, draft.checked, look({ ...draft, answers: { ...draft.answers, women: "0" } }));
    expect(found.wrong.map(({ question }) => question.name)).toEqual(["covered"]);
    expect(found.missing.map(({ question, row }) => [question.name, row])).toEqual([["wage", 1], ["wage", 2]]);
    const uncounted = { ...draft, answers: NO_ANSWERS };
    expect(toLookAt(CHECKLIST, uncounted.checked, look(uncounted)).missing.map(({ question }) => question.name)).toContain("men");
  });

  test("an item goes with all that was answered in it, its pictures too", () => {
    let draft = withItem(withItem(begun(), CHECKLIST, "people", newId), CHECKLIST, "people", newId);
    const [one = "", two = ""] = draft.checked.items["people"] ?? [];
    draft = answer(answer(draft, answerKey("wage", one), "1"), answerKey("wage", two), "2");
    draft = withPicture(draft, CHECKLIST, answerKey("proof", one), photo("p1", "photo for proof"), newId);
    const left = withoutItem(draft, "people", one);
    expect(left.checked.items).toEqual({ people: [two] });
    expect(Object.keys(left.checked.given)).toEqual([answerKey("wage", two)]);
    expect(left.photos).toEqual([]);
    expect(withoutItem(left, "people", two).checked.items).toEqual({});
  });

  test("a signature is a photo that answers; signing again puts another in its place", () => {
    const own = { ...begun(), photos: [photo("p0", "unit")] };
    const signed = withPicture(own, CHECKLIST, "signature", photo("p1", "signature of the manager"), newId);
    const again = withPicture(signed, CHECKLIST, "signature", photo("p2", "signature of the manager"), newId);
    expect(again.photos.map(({ id }) => id)).toEqual(["p0", "p2"]);
    expect(again.checked.given["signature"]?.typed).toBe("p2");
    expect(ownPhotos(again).map(({ id }) => id)).toEqual(["p0"]);
    expect(withPicture(again, CHECKLIST, "signature", null, newId).photos.map(({ id }) => id)).toEqual(["p0"]);
  });
});

test("a draft of before there were checklists is taken over whole", () => {
  const { checked, version, ...before } = begun();
  expect(version).toBe(3);
  expect(readDraft({ ...before, version: 1 })).toEqual({ ...before, version: 3, checked });
  expect(readDraft(begun())).toEqual(begun());
  expect(readDraft({ ...before, version: 4 })).toBeNull();
});

describe("correcting a kept answer", () => {
  const figure = ask("covered", "integer");
  const name = ask("who", "text", { personal: true });
  const several = ask("seen", "select_multiple");

  test("only what says something else is saved, and an answer can be taken away", () => {
    expect(correctedAnswer(figure, "12", "12")).toEqual({});
    expect(correctedAnswer(figure, "12", "13")).toEqual({ value: 13 });
    expect(correctedAnswer(figure, "12", "")).toEqual({ value: null });
    expect(correctedAnswer(name, "Worker 1", " Worker 2 ")).toEqual({ private_value: "Worker 2" });
    expect(correctedAnswer(several, ["b", "a"], ["a", "b"])).toEqual({});
  });

  test("a kept value is typed as it was", () => {
    expect(typedOf({ value: 0 })).toBe("0");
    expect(typedOf({ value: ["a", "b"] })).toEqual(["a", "b"]);
    expect(typedOf({ private_value: "Worker 1", value: null })).toBe("Worker 1");
    expect(typedOf({})).toBe("");
  });
});

test("what the office would refuse is refused on the tablet, and said as what it is", () => {
  const answered = (value: unknown): string | null => {
    try {
      check("answer", { report: `${ID}ff`, question: "covered", value }, true);
      return null;
    } catch (error) {
      return String(error);
    }
  };
  expect([0, -1.5, true, "", "x", [], ["a"], null].map(answered)).toEqual(Array(8).fill(null));
  expect(answered("x".repeat(8001))).toContain("too long");
  expect(answered(1e16)).toContain("too large");
  expect(answered({ a: 1 })).toContain("no kind that fits");
  expect(answered([1])).not.toBeNull();
});
