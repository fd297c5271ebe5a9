/**
 * The name of the function in a component: it is deployed under the name that its manifest gives it, so nobody
 * has to type it again. Only the manifest is looked for; the node checks the rest.
 */
import { MANIFEST_SECTION, type Manifest, parseManifest } from "@rockpool/protocol";
import { Cursor } from "../wasm/cursor.ts";
import { ModuleRefusal } from "../wasm/refusal.ts";
import { CommandFailure } from "./failure.ts";

/** `\0asm`, version 13 of the encoding, layer 1: a component (Component Model, Binary.md). */
const COMPONENT_PREAMBLE = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]);
/** `\0asm`, version 1, layer 0. */
const MODULE_PREAMBLE = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const CUSTOM_SECTION = 0;

/**
 * @param file where the bytes are from, for messages
 * @throws CommandFailure when they are no function's component
 */
export function componentName(bytes: Uint8Array, file: string): string {
  return componentManifest(bytes, file).name;
}

/** The manifest in a component, as its developer wrote it; otherwise as {@link componentName}. */
export function componentManifest(bytes: Uint8Array, file: string): Manifest {
  const preamble = Buffer.from(bytes.subarray(0, 8));
  if (preamble.equals(MODULE_PREAMBLE)) {
    throw notDeployable(file, "a core module, not a component");
  }
  if (!preamble.equals(COMPONENT_PREAMBLE)) throw notDeployable(file, "not a WebAssembly component");
  const text = manifestText(bytes, file);
  if (text === null) throw notDeployable(file, "a component without a rockpool.json inside");
  const parsed = parseManifest(text);
  if (!parsed.ok)
    throw notDeployable(file, `a component with a faulty manifest (${parsed.errors.join("; ")})`);
  return parsed.manifest;
}

function manifestText(bytes: Uint8Array, file: string): string | null {
  const cursor = new Cursor(bytes, COMPONENT_PREAMBLE.length);
  try {
    while (!cursor.done) {
      const isCustom = cursor.u8() === CUSTOM_SECTION;
      const section = cursor.part(cursor.u32());
      if (isCustom && section.name() === MANIFEST_SECTION) {
        return Buffer.from(bytes.subarray(section.at, section.end)).toString("utf8");
      }
    }
    return null;
  } catch (error) {
    if (error instanceof ModuleRefusal) throw notDeployable(file, "a component that is cut off or damaged");
    throw error;
  }
}

function notDeployable(file: string, what: string): CommandFailure {
  return new CommandFailure("not-a-function", `${file} is ${what}`, `make one with "rockpool build FOLDER"`);
}
