/**
 * Patterns of checklists: a small set of regular expressions with one meaning in TypeScript and in Python
 * (field/inspections/patterns.py says what is known). Neither language's own engine is asked: they differ, and a
 * hostile pattern makes both hang. A text is followed through the parts with the set of all places reached so far.
 */

const PATTERN_MAX = 200;
const TEXT_MAX = 300;
const COUNT_MAX = 100;
const COST_MAX = 1_000_000;

type Test = (mark: string) => boolean;
/** From all places in the text where a part may begin to all where it may have ended. */
type Step = (text: readonly string[], places: ReadonlySet<number>) => ReadonlySet<number>;
interface Part {
  readonly step: Step;
  readonly cost: number;
  readonly endless: boolean;
}

/** What is wrong with a pattern, in words. */
export class PatternError extends Error {}

const CLASSES: Readonly<Record<string, Test>> = {
  d: (mark) => mark >= "0" && mark <= "9",
  w: (mark) => /^[A-Za-z0-9_]$/.test(mark),
  s: (mark) => " \t\n\r\f\v".includes(mark),
};
const SPECIAL = "\\^$.|?*+()[]{}";
const COUNTED: Readonly<Record<string, readonly [number, number | null]>> = { "?": [0, 1], "*": [0, null], "+": [1, null] };

const order = (mark: string): number => mark.codePointAt(0) ?? 0;
const exactly = (wanted: string): Test => (mark) => mark === wanted;

function character(test: Test): Part {
  const step: Step = (text, places) => {
    const found = new Set<number>();
    for (const at of places) {
      const mark = text[at];
      if (mark !== undefined && test(mark)) found.add(at + 1);
    }
    return found;
  };
  return { step, cost: TEXT_MAX, endless: false };
}

function sequence(parts: readonly Part[]): Part {
  return {
    step: (text, places) => parts.reduce((reached, part) => part.step(text, reached), places),
    cost: parts.reduce((sum, { cost }) => sum + cost, 1),
    endless: parts.some(({ endless }) => endless),
  };
}

function alternatives(parts: readonly Part[]): Part {
  return {
    step: (text, places) => new Set(parts.flatMap((part) => [...part.step(text, places)])),
    cost: parts.reduce((sum, { cost }) => sum + cost, 0),
    endless: parts.some(({ endless }) => endless),
  };
}

function repeat(part: Part, least: number, most: number | null): Part {
  const step: Step = (text, places) => {
    let begun = places;
    for (let round = 0; round < least; round += 1) begun = part.step(text, begun);
    const reached = new Set(begun);
    let front: ReadonlySet<number> = begun;
    // Only places not reached before go round again: without that, nothing would end an empty part.
    for (let left = most === null ? Infinity : most - least; front.size > 0 && left > 0; left -= 1) {
      front = new Set([...part.step(text, front)].filter((at) => !reached.has(at)));
      for (const at of front) reached.add(at);
    }
    return reached;
  };
  if (most === null) return { step, cost: (least + (part.endless ? TEXT_MAX : 1)) * part.cost, endless: true };
  return { step, cost: most * part.cost, endless: part.endless };
}

class Reader {
  private readonly marks: readonly string[];
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.marks = [...text];
    if (this.marks.length > PATTERN_MAX) throw new PatternError(`a pattern has at most ${PATTERN_MAX} characters`);
  }

  whole(): Part {
    const part = this.either();
    if (this.at < this.marks.length) throw new PatternError("a ) closes nothing");
    return part;
  }

  private peek(ahead = 0): string {
    return this.marks[this.at + ahead] ?? "";
  }

  private take(): string {
    const mark = this.peek();
    if (mark === "") throw new PatternError("the pattern ends too early");
    this.at += 1;
    return mark;
  }

  private either(): Part {
    const parts = [this.row()];
    while (this.peek() === "|") {
      this.at += 1;
      parts.push(this.row());
    }
    return alternatives(parts);
  }

  private row(): Part {
    if (this.peek() === "^" && this.depth === 0) this.at += 1;
    const parts: Part[] = [];
    while (!["", "|", ")"].includes(this.peek())) {
      if (this.peek() === "$" && this.depth === 0 && ["", "|"].includes(this.peek(1))) {
        this.at += 1;
        break;
      }
      parts.push(this.repeated(this.one()));
    }
    return sequence(parts);
  }

  private one(): Part {
    const mark = this.take();
    if (mark === "(") return this.group();
    if (mark === "[") return character(this.set());
    if (mark === ".") return character(() => true);
    if (mark === "\\") return character(this.escaped());
    if (SPECIAL.includes(mark)) throw new PatternError(`${mark} cannot stand here; write \\${mark} for the mark itself`);
    return character(exactly(mark));
  }

  private group(): Part {
    if (this.peek() === "?" && this.peek(1) === ":") this.at += 2;
    this.depth += 1;
    if (this.depth > 5) throw new PatternError("brackets stand in brackets more than five deep");
    const part = this.either();
    if (this.peek() !== ")") throw new PatternError("a ( is not closed");
    this.at += 1;
    this.depth -= 1;
    return part;
  }

  private escaped(): Test {
    const mark = this.take();
    const known = CLASSES[mark];
    if (known) return known;
    if (SPECIAL.includes(mark) || mark === "-" || mark === "/") return exactly(mark);
    throw new PatternError(`\\${mark} is not known here`);
  }

  private set(): Test {
    const negated = this.peek() === "^";
    if (negated) this.at += 1;
    const tests: Test[] = [];
    while (this.peek() !== "]") tests.push(this.member());
    this.at += 1;
    if (tests.length === 0) throw new PatternError("[ ] holds nothing");
    return (mark) => tests.some((test) => test(mark)) !== negated;
  }

  private member(): Test {
    let first = this.take();
    if (first === "[") throw new PatternError("[ stands in [ ]; write \\[ for the mark itself");
    if (first === "\\") {
      const known = CLASSES[this.peek()];
      const test = this.escaped();
      if (known) return test;
      first = this.peek(-1);
    }
    if (this.peek() !== "-" || ["", "]"].includes(this.peek(1))) return exactly(first);
    this.at += 1;
    let last = this.take();
    if (last === "\\") {
      if (CLASSES[this.peek()]) throw new PatternError("a range ends with one character");
      this.escaped();
      last = this.peek(-1);
    }
    const [low, high] = [order(first), order(last)];
    if (high < low) throw new PatternError(`the range ${first}-${last} runs backwards`);
    return (mark) => order(mark) >= low && order(mark) <= high;
  }

  private repeated(part: Part): Part {
    const mark = this.peek();
    if (!["?", "*", "+", "{"].includes(mark)) return part;
    this.at += 1;
    const [least, most] = COUNTED[mark] ?? this.counts();
    if (["?", "*", "+", "{"].includes(this.peek())) throw new PatternError("two repetitions stand after each other");
    return repeat(part, least, most);
  }

  private counts(): readonly [number, number | null] {
    const end = this.marks.indexOf("}", this.at);
    const inside = end < 0 ? "" : this.marks.slice(this.at, end).join("");
    this.at = end + 1;
    const match = /^([0-9]+)(?:(,)([0-9]*))?$/.exec(inside);
    const low = Number(match?.[1]);
    const high = match?.[2] === undefined ? low : match[3] === "" ? null : Number(match[3]);
    if (!match || low > COUNT_MAX || (high !== null && (high > COUNT_MAX || high < low)))
      throw new PatternError(`{ } holds numbers up to ${COUNT_MAX}, as in {2} or {2,5}`);
    return [low, high];
  }
}

/** A pattern that was read. */
export interface Pattern {
  /** Whether the whole text is as the pattern says. */
  matches(text: string): boolean;
}

const read = new Map<string, Pattern>();

/** The pattern of a text, read once. Throws PatternError. */
export function pattern(text: string): Pattern {
  const known = read.get(text);
  if (known) return known;
  const { step, cost } = new Reader(text).whole();
  if (cost > COST_MAX) throw new PatternError("this pattern repeats repetitions too often. Write it more plainly");
  const made: Pattern = {
    matches(candidate) {
      const marks = [...candidate];
      return marks.length <= TEXT_MAX && step(marks, new Set([0])).has(marks.length);
    },
  };
  read.set(text, made);
  return made;
}
