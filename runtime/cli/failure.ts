/**
 * An error whose text is meant for the person at the terminal: what happened, then what to do. Everything else
 * that reaches the top is a defect of ours and is printed as one, with the way to its stack.
 */
export class CommandFailure extends Error {
  /** Stable, for scripts that read `--json` output. */
  readonly code: string;
  /** What to do about it; empty when the message says it all. */
  readonly advice: string;

  constructor(code: string, message: string, advice = "", options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandFailure";
    this.code = code;
    this.advice = advice;
  }
}

/** A command that did its work and printed it, but whose answer is "no": nothing more is printed. */
export class NegativeResult extends Error {
  override readonly name = "NegativeResult";
}

/**
 * Whether an error's message is meant for people. The node's errors and those of the system carry a code; those
 * of the language and of Node.js' own argument checks are defects.
 */
export function isForPeople(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return !error.code.startsWith("ERR_");
}

/** What to print of an error: its message and advice; of a defect, everything that helps to find it. */
export function describeFailure(error: unknown, verbose = false): string {
  const stack = error instanceof Error ? error.stack : undefined;
  if (verbose && stack !== undefined) return stack;
  if (error instanceof CommandFailure && error.advice !== "") return `${error.message}; ${error.advice}`;
  if (isForPeople(error)) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `a defect in rockpool: ${message} (--verbose shows where)`;
}
