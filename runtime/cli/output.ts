/**
 * What commands print. Results go to stdout, so they can be piped; progress and diagnostics go to stderr. Text
 * that comes from a function or a node is made harmless first: a room's listing must not move someone's cursor.
 */

/** `text` with control characters, which terminals obey, shown as `\x1b` and the like. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

/** One line of a result. */
export function printLine(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** One line of progress or diagnosis. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The `--json` form of a result: one line, so that several can be read from a stream. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number;
}

/** Rows in aligned columns; numbers to the right. */
export function printTable<Row>(columns: Column<Row>[], rows: Row[]): void {
  const cells = rows.map((row) => columns.map(({ value }) => value(row)));
  const texts = cells.map((line) => line.map((cell) => harmless(String(cell))));
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...texts.map((line) => line[i]!.length)),
  );
  printLine(
    columns
      .map(({ title }, i) => title.toUpperCase().padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
  for (const [row, line] of texts.entries()) {
    const padded = line.map((text, i) => {
      return typeof cells[row]![i] === "number" ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
    });
    printLine(padded.join("  ").trimEnd());
  }
}

const SHOW_AFTER_MS = 1000;
const REPEAT_MS = 5000;

/** Waits for `work`; says on stderr what is being waited for when it takes longer than a second. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const started = Date.now();
  const isTerminal = process.stderr.isTTY === true;
  let isShown = false;
  const show = () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stderr.write(isTerminal ? `\r${what} … ${seconds} s` : `${what} … ${seconds} s\n`);
    isShown = true;
  };
  let repeat: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    show();
    repeat = setInterval(show, isTerminal ? SHOW_AFTER_MS : REPEAT_MS);
  }, SHOW_AFTER_MS);
  try {
    return await work;
  } finally {
    clearTimeout(first);
    clearInterval(repeat);
    if (isShown && isTerminal) process.stderr.write("\r\x1b[2K");
  }
}

/** `1.5 MB`, `12 KB`, `7 B`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `3 d 4 h`, `5 min 3 s`, `12 s`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60),
  ];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
