/**
 * A file that is appended to beside the loop, in order: `append` returns at once. Mode 0600, because a recording
 * holds what players have sent. What waits for the disk is bounded; who appends looks at `pending`.
 */
import { type FileHandle, open } from "node:fs/promises";

export class RecordingFile {
  /** Bytes that wait to be written. */
  pending = 0;
  /** Bytes appended so far, written or not. */
  bytes = 0;
  #file: FileHandle | null = null;
  #last: Promise<void>;
  #failed: Error | null = null;
  readonly #onFailure: (error: Error) => void;

  /** @param path must not exist. @param onFailure called once, when the file cannot be made or written. */
  constructor(path: string, onFailure: (error: Error) => void) {
    this.#onFailure = onFailure;
    this.#last = this.#then(async () => {
      this.#file = await open(path, "ax", 0o600);
    }, Promise.resolve());
  }

  append(bytes: Buffer): void {
    this.pending += bytes.length;
    this.bytes += bytes.length;
    this.#last = this.#then(async () => {
      await this.#file?.appendFile(bytes);
      this.pending -= bytes.length;
    });
  }

  /** Resolves when all is written and the file is closed. */
  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = null;
  }

  async #then(step: () => Promise<void>, after = this.#last): Promise<void> {
    await after;
    if (this.#failed !== null) return;
    try {
      await step();
    } catch (error) {
      this.#failed = error as Error;
      this.#onFailure(this.#failed);
    }
  }
}
