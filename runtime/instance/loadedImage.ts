/**
 * An image on this thread: compiled, with the pristine state that its instances are reset to. Compiling is
 * asynchronous (V8 does it on its own threads) unless the image is small and a player waits for it; everything
 * after `load` is synchronous.
 */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ImageInfo, VersionRecord } from "../image/image.ts";
import { Guest } from "./guest.ts";
import { hostImports } from "./hostImports.ts";
import { Pristine } from "./pristine.ts";
import type { PristineMemory } from "./pristineMemory.ts";
import { discardingHost, warmRoom } from "./warmup.ts";

/**
 * Whether anybody waits for the image. Loaded `ahead` of its first player, it is warmed on a guest that is thrown
 * away; a player who waits would wait for that too, and warms it as well by playing.
 */
export type Loading = "ahead" | "on-demand";

/**
 * Images up to these sizes, in bytes, are read and compiled on this thread when a player waits. Through Node's thread
 * pool the four steps of reading a file take longer than the copying, and handing a small module to V8's threads takes
 * longer than they save; neither keeps ticking rooms waiting for more than a few milliseconds.
 */
const READ_AT_ONCE_BYTES = 128 * 1024;
const COMPILE_AT_ONCE_BYTES = 64 * 1024;

export class LoadedImage {
  readonly info: ImageInfo;
  readonly #module: WebAssembly.Module;
  readonly #pristine: Pristine;
  /** The guest that the pristine state was taken from, until it is given away: it has served nothing either. */
  #first: Guest | null;

  private constructor(info: ImageInfo, module: WebAssembly.Module) {
    this.info = info;
    this.#module = module;
    this.#first = this.#instantiate();
    this.#pristine = new Pristine(this.#first);
  }

  /** Reads and compiles. Throws what the file system or the engine throws, and InitializationError. */
  static async load(
    record: Pick<VersionRecord, "imageFile" | "info">,
    loading: Loading,
  ): Promise<LoadedImage> {
    const { imageFile, info } = record;
    const hurry = loading === "on-demand";
    const isReadAtOnce = hurry && info.imageBytes <= READ_AT_ONCE_BYTES;
    return LoadedImage.of(info, isReadAtOnce ? readFileSync(imageFile) : await readFile(imageFile), loading);
  }

  /** Compiles an image that was read or built. Throws what the engine throws, and InitializationError. */
  static async of(info: ImageInfo, bytes: Uint8Array, loading: Loading): Promise<LoadedImage> {
    const hurry = loading === "on-demand";
    const isCompiledAtOnce = hurry && info.imageBytes <= COMPILE_AT_ONCE_BYTES;
    const module = isCompiledAtOnce ? new WebAssembly.Module(bytes) : await WebAssembly.compile(bytes);
    const image = new LoadedImage(info, module);
    if (loading === "ahead" && info.manifest.kind === "room") warmRoom(image.make());
    return image;
  }

  /** An instance in its pristine state. Its host is set when somebody claims it. */
  make(): Guest {
    const first = this.#first;
    this.#first = null;
    return first ?? this.#instantiate();
  }

  #instantiate(): Guest {
    const { globals, manifest } = this.info;
    return new Guest(this.#module, hostImports, discardingHost, globals, manifest.limits.fuel);
  }

  /** What the memories of this image's rooms are compared with. */
  get pristineMemory(): PristineMemory {
    return this.#pristine.memory;
  }

  reset(guest: Guest): void {
    this.#pristine.reset(guest);
    guest.host = discardingHost;
  }

  reusable(guest: Guest): boolean {
    return guest.reusable;
  }
}
