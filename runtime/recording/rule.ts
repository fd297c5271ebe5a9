/** Which rooms are recorded, and how much of them. */

export interface RecordingRule {
  /** Names the files of its recordings. */
  readonly id: string;
  readonly function: string;
  /** Names of rooms, where `*` stands for anything. */
  readonly rooms: string;
  /** Until when rooms are recorded, in Unix milliseconds. */
  readonly until: number;
  /** Bytes that all its recordings may take together; shared out evenly among the shards. */
  readonly bytes: number;
}

/** What a pattern may be made of: that of names, and `*`. */
const PATTERN = /^[a-z0-9*-]{1,63}$/;
export const PATTERN_RULE = "1 to 63 of a-z, 0-9, - and * (which stands for anything)";

export function isPattern(text: string): boolean {
  return PATTERN.test(text);
}

/** Whether a name is one that the pattern describes. Takes the leftmost place for each part, so it never backtracks. */
export function matches(pattern: string, name: string): boolean {
  const [head, ...parts] = pattern.split("*");
  if (parts.length === 0) return name === pattern;
  const end = parts.pop()!;
  if (!name.startsWith(head!) || !name.endsWith(end)) return false;
  let at = head!.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - end.length;
}
