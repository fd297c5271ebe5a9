/**
 * Tells when files in some folders may have changed. Folders are watched, not files: editors save by renaming a
 * new file into place, after which a watched file is a deleted one. Whether a change matters is for the listener
 * to find out; this promises one call after a burst of events, never two at a time, and one more when something
 * happened meanwhile.
 */
import { type FSWatcher, watch } from "node:fs";

/** Editors and compilers write several files for one save. */
const BURST_MS = 60;

export class SourceWatch {
  readonly #onChange: () => Promise<void>;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isDirty = false;

  /** @param onChange must not reject */
  constructor(onChange: () => Promise<void>) {
    this.#onChange = onChange;
  }

  /** From now on watches these folders and no others; a folder that is not there is left out. */
  follow(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#add(folder);
  }

  /** Looks now, as after a change; resolves when that, and all that changed meanwhile, is done. */
  check(): Promise<void> {
    return this.#tell();
  }

  /** For the listener: something has changed since it began to look, so it is to look again. */
  again(): void {
    this.#isDirty = true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.follow(new Set());
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#changed());
      // A watched folder that is removed raises an error; what is there instead shows at the next follow().
      watcher.on("error", () => {
        watcher.close();
        this.#watchers.delete(folder);
        this.#changed();
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), BURST_MS);
  }

  async #tell(): Promise<void> {
    this.#isDirty = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#isDirty) {
      this.#isDirty = false;
      await this.#onChange();
    }
    this.#isBusy = false;
  }
}
