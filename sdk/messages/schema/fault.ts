/** What is wrong with a schema, and where. */

/** Lines and columns count from 1. */
export interface SchemaFault {
  line: number;
  column: number;
  message: string;
  /** What to write instead; null when the message says it. */
  hint: string | null;
}

/** Ends the reading of a schema at its first fault. */
export class SchemaError extends Error {
  readonly code = "schema";
  readonly fault: SchemaFault;

  constructor(source: string, place: number, message: string, hint: string | null = null) {
    const before = source.slice(0, place);
    const line = before.split("\n").length;
    const column = place - before.lastIndexOf("\n");
    super(`${line}:${column}: ${message}${hint === null ? "" : `\n    hint: ${hint}`}`);
    this.name = "SchemaError";
    this.fault = { line, column, message, hint };
  }
}
