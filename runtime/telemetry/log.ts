/**
 * The logger of supervisor and shards: JSON lines on stdout, or readable ones on a terminal.
 *
 * Every line passes `guard` last, whoever wrote it: secrets in URLs are replaced, and characters by which a
 * guest's text could drive a terminal or reorder a line are written as `\uXXXX`, which JSON reads back as
 * the same text.
 */
import pino from "pino";
import { readable } from "./readable.ts";

export type Logger = pino.Logger;

export interface LogOptions {
  /** Least severe level that is written: `trace` … `fatal`, or `silent`. */
  level: string;
  /** Fields of every line, such as the shard. */
  fields?: Record<string, unknown>;
  /** Readable lines rather than JSON; by default when stdout is a terminal. */
  pretty?: boolean;
  /**
   * Write in the background, for processes that must never wait for whoever reads their stdout: past 1 MiB
   * of unread lines, new ones are dropped.
   */
  background?: boolean;
  /** Where finished lines go; by default stdout. */
  write?: (line: string) => void;
}

const MAX_UNREAD_BYTES = 1_048_576;
const SECRETS = ["token", "seat", "resume", "authorization", "cookie"];
const CENSORED = "[redacted]";

export function createLogger(options: LogOptions): Logger {
  const pretty = options.pretty ?? (options.write === undefined && process.stdout.isTTY === true);
  const write = options.write ?? stdout(options.background ?? false);
  return pino(
    {
      level: options.level,
      base: options.fields ?? {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: CENSORED },
    },
    { write: (line: string) => write(guard(pretty ? readable(line) : line)) },
  );
}

function stdout(background: boolean): (line: string) => void {
  const destination = background
    ? pino.destination({ fd: 1, sync: false, maxLength: MAX_UNREAD_BYTES })
    : pino.destination({ fd: 1, sync: true });
  return (line) => {
    destination.write(line);
  };
}

const QUERY_SECRET = /([?&](?:token|seat|resume)=)[^&\s"\\]+/g;
/** DEL and C1 controls, line and paragraph separators, and the marks that change the direction of text. */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function guard(line: string): string {
  return line
    .replace(QUERY_SECRET, `$1${CENSORED}`)
    .replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
