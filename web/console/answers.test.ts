import { expect, test } from "vitest";
import { Problem } from "../shared/api";
import { Answers, everyPage, PAGE, somePages } from "./answers";

/** A server that answers when it is told to. */
function server() {
  const waiting: { resolve: (data: unknown) => void; reject: (problem: unknown) => void }[] = [];
  return {
    ask: () => new Promise<unknown>((resolve, reject) => waiting.push({ resolve, reject })),
    asked: () => waiting.length,
    answer: async (data: unknown) => (waiting.shift()?.resolve(data), settled()),
    fail: async (problem: unknown) => (waiting.shift()?.reject(problem), settled()),
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

function clock() {
  let now = 1_000;
  return { now: () => now, advance: (ms: number) => (now += ms) };
}

test("what was known stays on the screen while it is asked anew, and when that fails", async () => {
  const [time, office] = [clock(), server()];
  const answers = new Answers(time.now);
  answers.watch("visits", office.ask);
  await office.answer([1]);
  const held = answers.held("visits", office.ask);
  void answers.refresh();
  expect(held.value).toEqual({ data: [1], problem: null, atMs: 1_000 });
  await office.fail(new Problem(0, "no-answer", ""));
  expect(held.value.data).toEqual([1]);
  expect(held.value.problem).toBeInstanceOf(Problem);
  void answers.again("visits");
  time.advance(5);
  await office.answer([2]);
  expect(held.value).toEqual({ data: [2], problem: null, atMs: 1_005 });
});

test("a decision is followed by a question of its own, though another one was on its way", async () => {
  const office = server();
  const answers = new Answers(() => 0);
  answers.watch("conflicts", office.ask);
  void answers.refresh(true);
  expect(office.asked()).toBe(1);
  await office.answer(["decided, as it was before"]);
  expect(office.asked()).toBe(1);
  await office.answer([]);
  expect(answers.held("conflicts", office.ask).value.data).toEqual([]);
});

test("an ordinary refresh does not ask twice at once, and asks nothing for what nobody looks at", async () => {
  const office = server();
  const answers = new Answers(() => 0);
  const leave = answers.watch("visits", office.ask);
  void answers.refresh();
  expect(office.asked()).toBe(1);
  await office.answer([]);
  expect(office.asked()).toBe(0);
  leave();
  void answers.refresh();
  expect(office.asked()).toBe(0);
});

test("nothing that was known to one person is there for the next, not even what was on its way", async () => {
  const office = server();
  const answers = new Answers(() => 7);
  answers.watch("visits", office.ask);
  await office.answer(["of the first person"]);
  void answers.again("visits");
  answers.forget();
  await office.answer(["of the first person, late"]);
  expect(answers.held("visits", office.ask).value.data).toBeUndefined();
  expect(answers.pulse.value).toEqual({ changedMs: 0, answeredMs: 0, failing: false });
});

test("the time of the last change is that of something new, not of every answer", async () => {
  const [time, office] = [clock(), server()];
  const answers = new Answers(time.now);
  answers.watch("visits", office.ask);
  await office.answer([1]);
  time.advance(20_000);
  void answers.refresh();
  await office.answer([1]);
  expect(answers.pulse.value).toEqual({ changedMs: 1_000, answeredMs: 21_000, failing: false });
});

test("no answer makes the office silent; a refusal does not", async () => {
  const office = server();
  const answers = new Answers(() => 0);
  answers.watch("visits", office.ask);
  await office.fail(new Problem(403, "no-right", "no"));
  expect(answers.pulse.value.failing).toBe(false);
  void answers.refresh();
  await office.fail(new Problem(0, "no-answer", ""));
  expect(answers.pulse.value.failing).toBe(true);
});

test("a list comes whole, page by page, from the last entry seen", async () => {
  const numbers = Array.from({ length: PAGE + 3 }, (_, at) => at);
  const asked: string[] = [];
  const all = await everyPage(
    async (after) => {
      asked.push(after);
      const from = after === "" ? 0 : Number(after) + 1;
      return numbers.slice(from, from + PAGE);
    },
    (last) => String(last),
  );
  expect(all).toEqual(numbers);
  expect(asked).toEqual(["", String(PAGE - 1)]);
});

test("some pages of a list are no more than were asked for, and say whether there are more", async () => {
  const of = (length: number) => (after: string, limit: number) => {
    const from = after === "" ? 0 : Number(after) + 1;
    return Promise.resolve(Array.from({ length }, (_, at) => at).slice(from, from + limit));
  };
  expect(await somePages(of(5), String, 2, 1)).toEqual({ items: [0, 1], more: true });
  expect(await somePages(of(5), String, 2, 2)).toEqual({ items: [0, 1, 2, 3], more: true });
  expect(await somePages(of(4), String, 2, 2)).toEqual({ items: [0, 1, 2, 3], more: false });
  expect(await somePages(of(0), String, 2, 1)).toEqual({ items: [], more: false });
  const far = await somePages(of(PAGE + 20), String, 50, 11);
  expect([far.items.length, far.items.at(-1), far.more]).toEqual([PAGE + 20, PAGE + 19, false]);
});
