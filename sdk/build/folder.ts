/** A function's folder: where its files are, and its manifest. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { MAX_MANIFEST_BYTES, type Manifest, parseManifest } from "@rockpool/protocol";
import { BuildError } from "./errors.ts";
import type { Inputs } from "./inputs.ts";

export interface FunctionFolder {
  /** Absolute path. */
  path: string;
  manifest: Manifest;
  /** The text of rockpool.json, which travels in the component as it is. */
  manifestText: string;
}

/** The game's source, relative to the folder. */
export const SOURCE_FILE = "assembly/index.ts";
export const MANIFEST_FILE = "rockpool.json";

/** Reads and checks rockpool.json; throws BuildError `folder` or `manifest`. */
export async function readFolder(path: string, inputs: Inputs): Promise<FunctionFolder> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) {
    throw new BuildError(
      "folder",
      `${path} is not a folder; \`rockpool init ${path}\` makes one to start from`,
    );
  }
  const manifestFile = join(path, MANIFEST_FILE);
  inputs.add(manifestFile);
  inputs.add(join(path, SOURCE_FILE));
  const manifestText = await inputs.readText(manifestFile);
  if (manifestText === null) {
    throw new BuildError("folder", `${path} has no ${MANIFEST_FILE}, so it is not a function's folder`);
  }
  if (Buffer.byteLength(manifestText) > MAX_MANIFEST_BYTES) {
    throw new BuildError("manifest", `${MANIFEST_FILE} is larger than ${MAX_MANIFEST_BYTES} bytes`);
  }
  const parsed = parseManifest(manifestText);
  if (!parsed.ok) {
    throw new BuildError(
      "manifest",
      `${MANIFEST_FILE} has ${parsed.errors.length === 1 ? "an error" : `${parsed.errors.length} errors`}:`,
      parsed.errors.map((error) => {
        // A fault of the whole file begins with its name, which stands before it here anyway.
        const message = error.replace(`${MANIFEST_FILE} `, "");
        return { file: MANIFEST_FILE, line: 0, column: 0, message, hint: null };
      }),
    );
  }
  return { path, manifest: parsed.manifest, manifestText };
}
