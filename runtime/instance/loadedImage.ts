/**
 * An image on this thread: compiled, warmed, with the pristine state that its instances are reset to.
 * Compiling is asynchronous (V8 does it on its own threads); everything after `load` is synchronous.
 */
import { readFile } from "node:fs/promises";
import type { FunctionRecord, ImageInfo } from "../image/image.ts";
import { Guest } from "./guest.ts";
import { hostImports } from "./hostImports.ts";
import { Pristine } from "./pristine.ts";
import { discardingHost, warmRoom } from "./warmup.ts";

export class LoadedImage {
  readonly info: ImageInfo;
  readonly #module: WebAssembly.Module;
  readonly #pristine: Pristine;

  private constructor(info: ImageInfo, module: WebAssembly.Module) {
    this.info = info;
    this.#module = module;
    const first = this.make();
    this.#pristine = new Pristine(first);
    if (info.manifest.kind === "room") warmRoom(first);
  }

  /** Reads, compiles and warms. Throws what the file system or the engine throws, and InitializationError. */
  static async load(record: Pick<FunctionRecord, "imageFile" | "info">): Promise<LoadedImage> {
    const bytes = await readFile(record.imageFile);
    return new LoadedImage(record.info, await WebAssembly.compile(bytes));
  }

  /** A fresh instance. Its host is set when somebody claims it. */
  make(): Guest {
    const { globals, manifest } = this.info;
    return new Guest(this.#module, hostImports, discardingHost, globals, manifest.limits.fuel);
  }

  reset(guest: Guest): void {
    this.#pristine.reset(guest);
    guest.host = discardingHost;
  }

  reusable(guest: Guest): boolean {
    return guest.reusable;
  }
}
