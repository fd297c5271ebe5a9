/** Why a folder could not be built: a stable code, and one line for each place to look at. */

/** A place in the developer's files. Lines and columns count from 1; 0 means the whole file. */
export interface Diagnostic {
  /** Relative to the function's folder, with forward slashes. */
  file: string;
  line: number;
  column: number;
  message: string;
  /** What to do, in our words; null when the message says it. */
  hint: string | null;
}

/**
 * - `folder`: files are missing, or cannot be read or written
 * - `manifest`: rockpool.json breaks a rule
 * - `messages`: messages.rock breaks a rule
 * - `compile`: the source does not compile
 * - `top-level`: code outside of functions traps or calls the host
 * - `page`: the page cannot be bundled
 * - `component`: the compiled module does not fit the function world
 */
export type BuildErrorCode =
  | "folder"
  | "manifest"
  | "messages"
  | "compile"
  | "top-level"
  | "page"
  | "component";

export class BuildError extends Error {
  readonly code: BuildErrorCode;
  readonly diagnostics: readonly Diagnostic[];
  /** Files to watch for the repair, as in BuildResult; filled in by buildFunction. */
  inputs: readonly string[] = [];

  constructor(code: BuildErrorCode, message: string, diagnostics: readonly Diagnostic[] = []) {
    super([message, ...diagnostics.map(formatDiagnostic)].join("\n"));
    this.name = "BuildError";
    this.code = code;
    this.diagnostics = diagnostics;
  }
}

/** `file:line:column: message`, and the hint on a line of its own. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const place =
    diagnostic.line > 0 ? `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}` : diagnostic.file;
  const hint = diagnostic.hint === null ? "" : `\n    hint: ${diagnostic.hint}`;
  return `  ${place}: ${diagnostic.message}${hint}`;
}
