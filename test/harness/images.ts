/** Images of components on this thread, without a node: for tests of instances, snapshots and journals. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageInfo } from "@rockpool/runtime/image/image.js";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { LoadedImage, type Loading } from "@rockpool/runtime/instance/loadedImage.js";

export class Images implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "rockpool-images-"));

  load(component: Uint8Array, loading: Loading = "ahead"): Promise<LoadedImage> {
    const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
    return this.loadWasm(info, wasm, loading);
  }

  /** Loads an image that was built. */
  loadWasm(info: ImageInfo, wasm: Uint8Array, loading: Loading): Promise<LoadedImage> {
    const imageFile = join(this.#folder, `${info.digest}-${wasm.length}`);
    writeFileSync(imageFile, wasm);
    return LoadedImage.load({ info, imageFile }, loading);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
