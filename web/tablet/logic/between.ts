/** What stands between parts that are said in one line. */

/** A dot that stays with the part before it: a line may begin after it, never with it. */
export const BETWEEN = "\u00a0· ";

/** What follows each of so many parts. */
export const afterEach = (parts: number): string[] => Array.from({ length: parts }, (_, at) => (at < parts - 1 ? BETWEEN : ""));
