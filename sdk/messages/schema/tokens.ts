/** Splits a schema's text into words, numbers and marks. Comments vanish, but doc comments stay with what follows. */
import { SchemaError } from "./fault.ts";

export interface Token {
  kind: "word" | "number" | "mark" | "end";
  text: string;
  place: number;
  /** The doc comment before it, without its stars; "" for none. */
  doc: string;
}

const PATTERN =
  /(?<space>[\s,;]+|\/\/[^\n]*)|(?<comment>\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_]\w*)|(?<number>\d+)|(?<mark>\.\.|[{}[\]()=:?])/y;

/** All tokens, and one of kind `end`. Throws SchemaError at a character that is none's. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let doc = "";
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < source.length) {
    const place = PATTERN.lastIndex;
    const groups = PATTERN.exec(source)?.groups;
    if (groups === undefined) throw new SchemaError(source, place, ...complaint(source, place));
    const { comment, word, number, mark } = groups;
    if (comment?.startsWith("/**")) doc = text(comment);
    const kind = word !== undefined ? "word" : number !== undefined ? "number" : "mark";
    const value = word ?? number ?? mark;
    if (value === undefined) continue;
    tokens.push({ kind, text: value, place, doc });
    doc = "";
  }
  tokens.push({ kind: "end", text: "the end of the file", place: source.length, doc: "" });
  return tokens;
}

function complaint(source: string, place: number): [string, string | null] {
  const found = source.slice(place, place + 2);
  if (found === "/*") return ["this comment does not end", "close it with */"];
  const hints: Record<string, string> = {
    "-": "values and bounds are whole numbers from 0 up",
    "<": "bounds stand in brackets: string(..16), Item[..8]",
    "|": "declare a union: union Name { first = 1 { … } second = 2 { … } }",
    '"': "names stand without quotes",
  };
  return [`unexpected ${JSON.stringify(found[0])}`, hints[found[0]!] ?? null];
}

function text(comment: string): string {
  return comment
    .slice(3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\*?\s?/, "").trimEnd())
    .join("\n")
    .trim();
}
