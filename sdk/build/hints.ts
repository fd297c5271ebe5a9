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
  /** Against "code message", then the text, then the line; the first rule that matches wins. */
  message?: RegExp;
  at?: RegExp;
  line?: RegExp;
  hint: string;
}

const HINTS: readonly Hint[] = [
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
