/**
 * The sources as the last build saw them. Invariant: a source that changes while a build runs, or between the looks
 * behind it, is built again; none is taken for built that no build has read.
 */
import { fingerprint } from "./sources.ts";

/** What became of a look at the sources. */
export type BuildOutcome = "unchanged" | "built" | "changed-meanwhile";

export class BuiltSources {
  /** Files that the last build read. */
  inputs: readonly string[] = [];
  readonly #folder: string;
  readonly #digestOf: typeof fingerprint;
  #digest = "";

  constructor(folder: string, digestOf = fingerprint) {
    this.#folder = folder;
    this.#digestOf = digestOf;
  }

  /**
   * Runs `build` unless the sources are those of the last one. It sets `inputs`, and watches them before it ends;
   * after "changed-meanwhile" it is to be run again. Rejects as `build` does.
   */
  async update(build: () => Promise<void>): Promise<BuildOutcome> {
    const formerInputs = this.inputs;
    const before = this.#digestOf(this.#folder, formerInputs);
    if (before === this.#digest) return "unchanged";
    await build();
    // Kept only if a later look still finds what was built: taken after that look, it could hold an unbuilt save.
    const after = this.#digestOf(this.#folder, this.inputs);
    const isBuilt = this.#digestOf(this.#folder, formerInputs) === before;
    this.#digest = isBuilt ? after : "";
    return isBuilt ? "built" : "changed-meanwhile";
  }
}
