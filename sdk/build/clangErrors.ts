/** What clang and its linker say, as places in the developer's files with a hint where their words do not help. */
import type { Diagnostic } from "./errors.ts";

/** `c/main.c:3:5: error: expected ';' after expression` */
const PLACED = /^([^:\s][^:]*):(\d+):(\d+): (fatal error|error|warning): (.*)$/;
/** `wasm-ld: error: function.wasm.lto.o: undefined symbol: on_call` */
const LINKER = /^wasm-ld: error: (?:\S+\.o: )?(.*)$/;
/** A callback that the SDK does not know would never be called, so this warning counts as an error. */
const UNKNOWN_CALLBACK = /^no previous prototype for function '(on_\w+)'/;

const HINTS: readonly { message: RegExp; hint: string }[] = [
  {
    message: /conflicting types for 'on_\w+'/,
    hint: "a callback has other parameters: see the table of callbacks in the README of @rockpool/c",
  },
  {
    message: /undefined symbol: on_call/,
    hint: "a call function defines `void on_call(rp_reader *request, rp_writer *response)`",
  },
  {
    message: /undeclared function 'rp_(send|broadcast|kick|players|set_|lock|end|get|put|delete|name|claim)/,
    hint: 'call functions have no room: set "kind": "room" in rockpool.json, or see the README of @rockpool/c',
  },
  {
    message: /^'(?!rockpool\.h).*' file not found/,
    hint: "there is the C library of WASI, and what lies in c/: copy the sources of other libraries there",
  },
];

/** The errors in what the compiler printed; empty when there are none. */
export function complaints(printed: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of printed.split("\n")) {
    const diagnostic = placed(line) ?? linker(line);
    if (diagnostic !== null) found.push(diagnostic);
  }
  return found;
}

function placed(line: string): Diagnostic | null {
  const match = PLACED.exec(line);
  if (match === null) return null;
  const [, file, row, column, severity, text] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const place = { file, line: Number(row), column: Number(column) };
  if (severity !== "warning") return { ...place, message: text, hint: hintFor(text) };
  const callback = UNKNOWN_CALLBACK.exec(text)?.[1];
  if (callback === undefined) return null;
  return {
    ...place,
    message: `there is no callback ${callback}`,
    hint: "see the table of callbacks in the README of @rockpool/c; if it is a function of your own, make it static",
  };
}

function linker(line: string): Diagnostic | null {
  const text = LINKER.exec(line)?.[1];
  if (text === undefined) return null;
  return { file: "c", line: 0, column: 0, message: text, hint: hintFor(text) };
}

function hintFor(message: string): string | null {
  return HINTS.find((rule) => rule.message.test(message))?.hint ?? null;
}
