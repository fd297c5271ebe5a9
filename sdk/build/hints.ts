/**
 * Hints for what AssemblyScript lacks. It reads like TypeScript, so its users write TypeScript; the compiler's own
 * words ("AS100: Not implemented: Closures") seldom say what to write instead.
 */

export interface Complaint {
  /** `AS100`, `TS2304`. */
  code: string;
  message: string;
  /** The source text it points at. */
  at: string;
  /** The whole line of it. */
  sourceLine: string;
}

interface Hint {
  /** Tested against "code message"; `at` and `line` against the texts of those names. All that are there must match. */
  message?: RegExp;
  at?: RegExp;
  line?: RegExp;
  hint: string;
}

/** The first that matches wins, so narrow ones stand before wide ones. */
const HINTS: readonly Hint[] = [
  {
    message: /Iterators|for…of/,
    hint: "AssemblyScript has no for…of: count, `for (let i = 0; i < list.length; i++)`; for a Map, over `map.keys()`",
  },
  {
    line: /\bfor\s*\((const|let|var)\s+\w+\s+in\b/,
    hint: "AssemblyScript has no for…in: count over an array of the keys",
  },
  {
    message: /Closures/,
    hint: "a function cannot use variables around it: pass them as parameters, or make them fields, or write a loop",
  },
  {
    message: /TS2339 .* does not exist on type '[^']*#/,
    line: /=>|function/,
    hint: "a function inside a method has no `this`: AssemblyScript lacks closures; write a loop instead",
  },
  {
    // How the compiler sees a captured const.
    message: /TS2454/,
    hint: "give it a value first; if it belongs to the function around this one: a function cannot use variables around it",
  },
  {
    message: /Exceptions/,
    hint: "AssemblyScript has no try/catch: check first (`reader.ok`, `map.has`, `i < length`); what throws ends the callback",
  },
  {
    message: /Regular expressions/,
    hint: "AssemblyScript has no regular expressions: use indexOf, split or charCodeAt",
  },
  { message: /Spread operator/, hint: "AssemblyScript has no spread: use slice() or concat()" },
  {
    line: /\{\s*\.\.\./,
    hint: "AssemblyScript has no object spread: copy the fields of the class one by one",
  },
  {
    message: /union types/,
    hint: "AssemblyScript has no union types but `Class | null`: use a base class, or one field for each type",
  },
  {
    message: /AS204/,
    hint: "numbers and bool cannot be null: use a value that means none, such as -1, or a second field",
  },
  {
    message: /Cannot find name '(any|unknown|never|object)'/,
    hint: "every value has a type here: a class, a type parameter, or a number type such as i32 or f64",
  },
  {
    message: /Cannot find name 'undefined'/,
    hint: "AssemblyScript has no undefined: use null, of a type `Class | null`",
  },
  {
    message: /Cannot find name 'JSON'/,
    hint: "AssemblyScript has no JSON: write bytes with Writer and read them with Reader, on the page too",
  },
  {
    message: /Cannot find name '(setTimeout|setInterval|setImmediate|requestAnimationFrame)'/,
    hint: "use this.setTimer(id, afterMs) and onTimer(id), or onTick",
  },
  {
    message: /Cannot find name '(Promise|fetch|WebSocket|document|window|require|globalThis|Buffer)'/,
    hint: "a function runs in a sandbox: it has what Room offers and AssemblyScript's standard library",
  },
  {
    message: /Cannot find name '(Record|Partial|Readonly|Pick|Omit|Iterable|Iterator)'/,
    hint: "AssemblyScript has no such type: use a class or a Map",
  },
  {
    line: /\basync\b|\bawait\b/,
    hint: "callbacks are synchronous: for later, use this.setTimer(id, afterMs) and onTimer(id)",
  },
  {
    line: /\byield\b|^\s*(public |private )?\*\w/,
    hint: "AssemblyScript has no generators: return an array",
  },
  {
    line: /\b(const|let|var)\s*[[{]/,
    hint: "AssemblyScript has no destructuring: name the parts one by one, `const a = list[0]`",
  },
  { at: /^(\.|\?\.)/, line: /\?\./, hint: "AssemblyScript has no `?.`: test for null with `if` first" },
  { line: /\?\?/, hint: "AssemblyScript has no `??`: write `a !== null ? a : b`" },
  { line: /\?\.\w/, hint: "AssemblyScript has no `?.`: test for null with `if` first" },
  {
    message: /Const assertion/,
    hint: "leave `as const` out: a const of a number or string is a constant already",
  },
  {
    message: /Interface hidden classes|'<object>'/,
    hint: "AssemblyScript has no object literals: declare a class, and make it with `new`",
  },
  {
    message: /'in' operator/,
    hint: "AssemblyScript has no `in`: use map.has(key), or instanceof for classes",
  },
  { line: /\b(keyof|infer|satisfies)\b/, hint: "AssemblyScript has no computed types: name a class" },
  {
    message: /TS1110|TS1012/,
    line: /:\s*\[/,
    hint: "AssemblyScript has no tuples: use a class, or StaticArray<T>",
  },
  { message: /TS1110/, line: /\)\s*\{/, hint: "say what it returns: `onTick(dtMs: f64): void { … }`" },
  { message: /TS1127/, at: /^#/, line: /#\w/, hint: "AssemblyScript has no #names: write `private name`" },
  {
    message: /AS200/,
    hint: "numbers are not converted where digits could be lost: say so, `<u8>value` or `value as u8`",
  },
  {
    message: /Type '[^']* \| null' is not assignable/,
    hint: "it may be null: keep it in a const, test that with `if (value !== null)`, and use it inside",
  },
  {
    message: /TS2322 Type '[iuf]\d+' is not assignable to type '~lib\/string\/String'/,
    hint: "write value.toString()",
  },
  {
    message: /TS2554/,
    at: /^console\./,
    hint: "console methods take one string here: put the parts together with + or a template",
  },
  {
    message: /TS2394|TS2322 Type '\(this: .*@rockpool\/assembly\/room\/Room/,
    hint: "a callback has other parameters: see the table of callbacks in the README of @rockpool/assembly",
  },
  {
    message: /TS6054 File '~lib/,
    hint: "packages of npm cannot run in a function, unless they are written in AssemblyScript; Node.js modules never",
  },
  { message: /TS6054/, hint: "imports of your own files start with ./ and leave .ts out" },
];

export function hintFor(complaint: Complaint): string | null {
  const message = `${complaint.code} ${complaint.message}`;
  for (const rule of HINTS) {
    if (rule.message && !rule.message.test(message)) continue;
    if (rule.at && !rule.at.test(complaint.at)) continue;
    if (rule.line && !rule.line.test(complaint.sourceLine)) continue;
    return rule.hint;
  }
  return null;
}
