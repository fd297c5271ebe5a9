/** Remembers every file that a build asked for, found or not, so that `dev` knows what to watch. */
import { readFile } from "node:fs/promises";

export class Inputs {
  readonly #files = new Set<string>();

  /** The text of a file, or null when there is none. Other failures (a folder, no permission) are thrown. */
  async readText(file: string): Promise<string | null> {
    const bytes = await this.readBytes(file);
    return bytes === null ? null : bytes.toString("utf8");
  }

  async readBytes(file: string): Promise<Buffer | null> {
    try {
      const bytes = await readFile(file);
      this.#files.add(file);
      return bytes;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
      throw error;
    }
  }

  add(file: string): void {
    this.#files.add(file);
  }

  /** Absolute paths, sorted. */
  list(): string[] {
    return [...this.#files].sort();
  }
}
