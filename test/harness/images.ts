/** Images of components on this thread, without a node: for tests of instances, snapshots and journals. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { LoadedImage } from "@rockpool/runtime/instance/loadedImage.js";

export class Images implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "rockpool-images-"));

  async load(component: Uint8Array): Promise<LoadedImage> {
    const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
    const imageFile = join(this.#folder, info.digest);
    writeFileSync(imageFile, wasm);
    return LoadedImage.load({ info, imageFile });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
