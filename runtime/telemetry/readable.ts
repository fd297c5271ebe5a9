/** Turns a JSON log line into one for people: time, level, message, then the other fields as `key=value`. */

const RESET = "\u001b[0m";
const DIM = "\u001b[2m";
const COLOURS: ReadonlyMap<string, string> = new Map([
  ["trace", DIM],
  ["debug", DIM],
  ["info", "\u001b[32m"],
  ["warn", "\u001b[33m"],
  ["error", "\u001b[31m"],
  ["fatal", "\u001b[35m"],
]);

export function readable(line: string): string {
  const { time, level, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 23);
  const name = String(level);
  const text = Object.entries(fields).map(([key, value]) => `${DIM}${plain(key)}=${RESET}${show(value)}`);
  const head = `${DIM}${clock}${RESET} ${COLOURS.get(name) ?? ""}${name.padEnd(5)}${RESET} ${plain(String(msg ?? ""))}`;
  return `${[head, ...text].join(" ")}${err === undefined ? "" : trace(err)}\n`;
}

function show(value: unknown): string {
  return typeof value === "string" && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
}

function trace(error: unknown): string {
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  const lines = String(stack ?? message ?? JSON.stringify(error)).split("\n");
  return lines.map((line) => `\n    ${plain(line)}`).join("");
}

/** Text without control characters: JSON's escapes, without its quotes. */
function plain(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}
