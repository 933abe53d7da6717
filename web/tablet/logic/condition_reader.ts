/** Reads the text of a condition into a tree, as field/inspections/condition_reader.py does. */

import { pattern, PatternError } from "./patterns";

const EXPRESSION_MAX = 1000;
const DEPTH_MAX = 60;
const NUMBER_MAX = 1e15;

const ARGUMENTS = new Map<string, number>([
  ["selected", 2], ["count-selected", 1], ["string-length", 1], ["if", 3], ["coalesce", 2], ["int", 1], ["number", 1],
  ["regex", 2], ["not", 1], ["today", 0], ["true", 0], ["false", 0], ["count", 1], ["sum", 1],
]);

const TOKEN =
  /([ \t\r\n\u00a0]+)|(\$\{[^{}]*\})|([0-9]+(?:\.[0-9]*)?|\.[0-9]+)|('[^']*'|"[^"]*")|([A-Za-z_][A-Za-z0-9_-]*)|(!=|<=|>=|[=<>+*().,-])/uy;
const KINDS = ["space", "name", "number", "text", "word", "mark"] as const;
const QUESTION = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** What is wrong with an expression, in words, and at which character (from 1). */
export class ConditionError extends Error {
  readonly at: number;
  constructor(words: string, at: number) {
    super(`${words} (at character ${at})`);
    this.at = at;
  }
}

/** A function or an operator with what it is applied to. `depth` is that of its tree. */
export interface Call {
  readonly is: "call";
  readonly name: string;
  readonly parts: readonly Node[];
  readonly depth: number;
}

/** A part of an expression. `own` is the answer that a constraint is about. */
export type Node =
  | { readonly is: "literal"; readonly value: string | number }
  | { readonly is: "name"; readonly name: string }
  | { readonly is: "own" }
  | Call;

interface Token {
  readonly kind: (typeof KINDS)[number] | "end";
  readonly text: string;
  readonly at: number;
}

function tokensOf(text: string): readonly Token[] {
  const length = [...text].length;
  if (length > EXPRESSION_MAX) throw new ConditionError(`an expression has at most ${EXPRESSION_MAX} characters`, EXPRESSION_MAX);
  const tokens: Token[] = [];
  let at = 1;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new ConditionError(`${String.fromCodePoint(text.codePointAt(from) ?? 0)} means nothing here`, at);
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    if (kind && kind !== "space") tokens.push({ kind, text: match[0], at });
    at += [...match[0]].length;
  }
  return [...tokens, { kind: "end", text: "", at: length + 1 }];
}

class Reader {
  private readonly tokens: readonly Token[];
  private next = 0;
  private open = 0;

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  whole(): Node {
    const node = this.or();
    const left = this.peek();
    if (left.kind !== "end") throw new ConditionError(`nothing fits together before ${left.text}`, left.at);
    return node;
  }

  private peek(): Token {
    const token = this.tokens[this.next];
    if (!token) throw new RangeError("read past the end");
    return token;
  }

  private take(...texts: readonly string[]): Token | null {
    const token = this.peek();
    if ((token.kind !== "mark" && token.kind !== "word") || !texts.includes(token.text)) return null;
    this.next += 1;
    return token;
  }

  private row(part: () => Node, ...operators: readonly string[]): Node {
    let node = part();
    for (let token = this.take(...operators); token; token = this.take(...operators)) {
      node = this.call(token, token.text, node, part());
    }
    return node;
  }

  private call(token: Token, name: string, ...parts: readonly Node[]): Call {
    const depth = 1 + Math.max(0, ...parts.map((part) => (part.is === "call" ? part.depth : 0)));
    if (depth > DEPTH_MAX) throw new ConditionError("this expression is nested too deep; split it", token.at);
    return { is: "call", name, parts, depth };
  }

  private readonly or = (): Node => this.row(this.and, "or");
  private readonly and = (): Node => this.row(this.equality, "and");
  private readonly equality = (): Node => this.row(this.relation, "=", "!=");
  private readonly relation = (): Node => this.row(this.sum, "<", "<=", ">", ">=");
  private readonly sum = (): Node => this.row(this.product, "+", "-");
  private readonly product = (): Node => this.row(this.signed, "*", "div", "mod");

  private readonly signed = (): Node => {
    const token = this.peek();
    this.open += 1;
    if (this.open > DEPTH_MAX / 2) throw new ConditionError("this expression is nested too deep; split it", token.at);
    const node = this.take("-") ? this.call(token, "negative", this.signed()) : this.one(token);
    this.open -= 1;
    return node;
  };

  private one(token: Token): Node {
    if (token.kind !== "end") this.next += 1;
    if (token.kind === "number") return { is: "literal", value: figure(token) };
    if (token.kind === "text") return { is: "literal", value: token.text.slice(1, -1) };
    if (token.kind === "name") return question(token);
    if (token.kind === "word") return this.function(token);
    if (token.text === "(") {
      const node = this.or();
      this.close("a ( is not closed");
      return node;
    }
    if (token.text === ".") return { is: "own" };
    throw new ConditionError(token.kind === "end" ? "the expression ends too early" : `${token.text} cannot stand here`, token.at);
  }

  private close(words: string): void {
    if (!this.take(")")) throw new ConditionError(words, this.peek().at);
  }

  private function(token: Token): Node {
    if (!this.take("("))
      throw new ConditionError(`${token.text} is no expression; a text stands in ' ' and a question in \${ }`, token.at);
    const wanted = ARGUMENTS.get(token.text);
    if (wanted === undefined) throw new ConditionError(`the function ${token.text}() is not known here`, token.at);
    const parts = this.take(")") ? [] : this.values(token);
    if (parts.length !== wanted) throw new ConditionError(`${token.text}() takes ${wanted} values, not ${parts.length}`, token.at);
    const [first, second] = parts;
    if ((token.text === "count" || token.text === "sum") && first?.is !== "name")
      throw new ConditionError(`${token.text}() takes a question, as in ${token.text}(\${name})`, token.at);
    if (token.text === "regex" && second) checkPattern(token, second);
    return this.call(token, token.text, ...parts);
  }

  private values(token: Token): readonly Node[] {
    const parts = [this.or()];
    while (this.take(",")) parts.push(this.or());
    this.close(`the ( of ${token.text} is not closed`);
    return parts;
  }
}

function checkPattern(token: Token, written: Node): void {
  if (written.is !== "literal" || typeof written.value !== "string")
    throw new ConditionError("the pattern of regex() stands in ' ' as it is", token.at);
  try {
    pattern(written.value);
  } catch (fault) {
    if (!(fault instanceof PatternError)) throw fault;
    throw new ConditionError(`the pattern of regex() cannot be used: ${fault.message}`, token.at);
  }
}

function question(token: Token): Node {
  const name = token.text.slice(2, -1).replace(/^ +| +$/g, "");
  if (!QUESTION.test(name)) throw new ConditionError(`${[...token.text].slice(0, 40).join("")} names no question`, token.at);
  return { is: "name", name };
}

function figure(token: Token): number {
  const found = Number(token.text);
  if (found > NUMBER_MAX) throw new ConditionError("this number is too large", token.at);
  return found;
}

/** The tree of an expression. Throws ConditionError. */
export const readExpression = (text: string): Node => new Reader(text).whole();
