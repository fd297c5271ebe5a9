/** Source text in the making: lines are indented by the braces that they open and close. */

export class Code {
  readonly #lines: string[] = [];
  #depth = 0;

  /** Adds lines; those that begin with `}` close a block, those that end with `{` open one. */
  add(...lines: string[]): this {
    for (const line of lines) {
      if (line.startsWith("}")) this.#depth--;
      this.#lines.push(line === "" ? "" : "  ".repeat(this.#depth) + line);
      if (line.endsWith("{")) this.#depth++;
    }
    return this;
  }

  /** Adds a doc comment, if there is one to add. */
  doc(text: string): this {
    if (text === "") return this;
    const lines = text.replaceAll("*/", "*\\/").split("\n");
    if (lines.length === 1) return this.add(`/** ${lines[0]} */`);
    return this.add("/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */");
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** Parts of a record's steps that are checked and moved past at once: those whose sizes are known follow each other. */
export interface Run<T> {
  /** Bytes of all of it; null: one step, of a size that only its bytes tell. */
  size: number | null;
  /** Each with its distance from the run's start. */
  steps: { step: T; at: number }[];
}

/** Groups steps into runs by their sizes. */
export function runsOf<T>(steps: readonly T[], sizeOf: (step: T) => number | null): Run<T>[] {
  const runs: Run<T>[] = [];
  for (const step of steps) {
    const size = sizeOf(step);
    const last = runs.at(-1);
    if (size === null) runs.push({ size: null, steps: [{ step, at: 0 }] });
    else if (last === undefined || last.size === null) runs.push({ size, steps: [{ step, at: 0 }] });
    else {
      last.steps.push({ step, at: last.size });
      last.size += size;
    }
  }
  return runs;
}
