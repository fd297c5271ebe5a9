/**
 * The kinds of value an option can have. A kind reads what a flag, an environment variable (always text) or
 * the configuration file (any JSON) gave, and states its rule once, for errors, `--help` and the docs.
 */

export interface Kind<T> {
  /** Completes "must be …". */
  readonly rule: string;
  /** The range as docs/limits.md shows it. */
  readonly range: string;
  /** What `--help` shows after the flag. */
  readonly placeholder: string;
  /** The value, or undefined when `raw` breaks the rule. */
  read(raw: unknown): T | undefined;
}

export function integer(min: number, max: number): Kind<number> {
  return {
    rule: `a whole number from ${min} to ${max}`,
    range: `${min} … ${max}`,
    placeholder: "<number>",
    read: (raw) => {
      // Number("") is 0 and Number("0x10") is 16: neither is what someone meant.
      const value = typeof raw === "string" && /^\d{1,16}$/.test(raw) ? Number(raw) : raw;
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
        ? value
        : undefined;
    },
  };
}

export function choice<const T extends string>(...choices: readonly T[]): Kind<T> {
  const quoted = choices.map((one) => `"${one}"`).join(" or ");
  return {
    rule: quoted,
    range: choices.join(", "),
    placeholder: `<${choices.join("|")}>`,
    read: (raw) => choices.find((one) => one === raw),
  };
}

/** Text of a pattern. `rule` describes the pattern in words. */
export function text(pattern: RegExp, rule: string, placeholder: string): Kind<string> {
  return {
    rule,
    range: rule,
    placeholder,
    read: (raw) => (typeof raw === "string" && pattern.test(raw) ? raw : undefined),
  };
}

/** The same, or nothing; the configuration file may say null. */
export function optional<T>(kind: Kind<T>): Kind<T | null> {
  return { ...kind, read: (raw) => (raw === null ? null : kind.read(raw)) };
}

/** Several, separated by commas in flags and variables, an array in the configuration file. */
export function list(kind: Kind<string>): Kind<string[]> {
  return {
    rule: `a list, each ${kind.rule}`,
    range: kind.range,
    placeholder: `${kind.placeholder.slice(0, -1)},…>`,
    read: (raw) => {
      const parts = typeof raw === "string" ? raw.split(",").filter((part) => part !== "") : raw;
      if (!Array.isArray(parts)) return undefined;
      const values = parts.map((part) => kind.read(typeof part === "string" ? part.trim() : part));
      return values.every((value) => value !== undefined) ? (values as string[]) : undefined;
    },
  };
}
