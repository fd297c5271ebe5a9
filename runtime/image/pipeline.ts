/**
 * Makes an image of a component: finds its main core module, checks every import and export against the
 * world, and has it rewritten. What comes out is the only code that shards ever instantiate.
 */
import { createHash } from "node:crypto";
import {
  FUNCTION_LIMITS,
  type FunctionLimits,
  LIMIT_NAMES,
  MANIFEST_SECTION,
  MAX_MANIFEST_BYTES,
  type Manifest,
  PAGE_SECTION,
  parseManifest,
} from "@rockpool/protocol";
import { DEPTH_BUDGET } from "../wasm/limits.ts";
import { EXTERNAL, typeKey } from "../wasm/module.ts";
import type { ExportOffer, ImportRequest, RewritePlan, RewriteResult } from "../wasm/plan.ts";
import { ModuleRefusal } from "../wasm/refusal.ts";
import { rewriteModule } from "../wasm/rewrite.ts";
import { ABI, globalExport, HOST_ENTRIES, HOST_MODULE } from "./abi.ts";
import { type Component, type NestedModule, readComponent } from "./component.ts";
import { type BuiltImage, PIPELINE_VERSION } from "./image.ts";
import { checkImports, findMainModule, findWorld, fromModule } from "./mainModule.ts";
import { readPage } from "./page.ts";
import { ImageRefusal } from "./refusal.ts";
import { refusedImport, type WasiFunction, wasiFunction } from "./wasi.ts";
import { describeType, importedInterface, knownExport, type World } from "./world.ts";

/**
 * Builds the image of a component. `nodeMaxima` caps what its manifest asks for. Throws ImageRefusal with a
 * stable code when the component is not acceptable.
 */
export function buildImage(component: Uint8Array, nodeMaxima: FunctionLimits): BuiltImage {
  const read = readComponent(component);
  const world = findWorld(read);
  const manifest = capLimits(readManifest(read, world), nodeMaxima);
  const pageSection = read.custom.get(PAGE_SECTION);
  const page = pageSection ? readPage(pageSection) : null;
  const main = findMainModule(read, world);
  const rewritten = rewriteMain(main, world, manifest);
  checkImports(read, world);
  const memory = checkExports(rewritten, world);
  return {
    info: {
      digest: `sha256:${createHash("sha256").update(component).digest("hex")}`,
      pipeline: PIPELINE_VERSION,
      manifest,
      globals: rewritten.globals,
      memory,
      componentBytes: component.length,
      imageBytes: rewritten.bytes.length,
    },
    wasm: rewritten.bytes,
    page,
  };
}

function readManifest(component: Component, world: World): Manifest {
  const section = component.custom.get(MANIFEST_SECTION);
  if (!section) {
    throw new ImageRefusal(
      "manifest-missing",
      `The component has no custom section "${MANIFEST_SECTION}"; \`rockpool build\` adds it from rockpool.json`,
    );
  }
  if (section.length > MAX_MANIFEST_BYTES) {
    throw new ImageRefusal(
      "manifest-invalid",
      `rockpool.json is larger than ${MAX_MANIFEST_BYTES} bytes; shorten it`,
    );
  }
  const result = parseManifest(new TextDecoder().decode(section));
  if (!result.ok) {
    throw new ImageRefusal("manifest-invalid", `The manifest is not valid: ${result.errors.join("; ")}`);
  }
  if (result.manifest.kind !== world.kind) {
    throw new ImageRefusal(
      "kind-mismatch",
      `The manifest says kind "${result.manifest.kind}", but the component targets world ${world.name}; set "kind" to "${world.kind}"`,
    );
  }
  return result.manifest;
}

function capLimits(manifest: Manifest, maxima: FunctionLimits): Manifest {
  const limits = { ...manifest.limits };
  for (const name of LIMIT_NAMES) limits[name] = Math.min(limits[name], maxima[name]);
  return { ...manifest, limits };
}

function rewriteMain(main: NestedModule, world: World, manifest: Manifest): RewriteResult {
  const plan: RewritePlan = {
    memoryMaximum: manifest.limits.memoryPages,
    startFuel: BigInt(manifest.limits.fuel),
    startDepth: DEPTH_BUDGET,
    names: { fuel: ABI.fuel, depth: ABI.depth, initialize: ABI.initialize, global: globalExport },
    entries: HOST_ENTRIES,
    renameImport: (request) => renameImport(world, request),
    renameExport: (offer) => renameExport(world, offer),
  };
  try {
    return rewriteModule(main.bytes, plan);
  } catch (error) {
    if (error instanceof ModuleRefusal) throw fromModule(error, main);
    throw error;
  }
}

function renameImport(world: World, request: ImportRequest): { module: string; name: string } {
  const offered = offeredImport(world, request);
  const asked = `"${request.module}" "${request.name}"`;
  if (offered === null)
    throw new ModuleRefusal("import-refused", refusedImport(asked, world.name), request.at);
  if (typeKey(offered.type) !== typeKey(request.type)) {
    throw new ImageRefusal(
      "wrong-signature",
      `Import ${asked} is declared as ${describeType(request.type)}, but it is ${describeType(offered.type)}; generate the bindings again from rockpool:game@0.1 or WASI 0.2`,
    );
  }
  return { module: offered.module, name: offered.name };
}

/** A host function of the world or of WASI, under the names that the image gives it; null when it is neither. */
function offeredImport(world: World, request: ImportRequest): WasiFunction | null {
  const { module, name } = request;
  if (importedInterface(module) !== world.importInterface) return wasiFunction(module, name);
  const type = world.imports.get(name);
  return type ? { module: HOST_MODULE, name, type } : null;
}

function renameExport(world: World, offer: ExportOffer): string | null {
  const known = knownExport(world, offer.name);
  if (known === null) return null;
  if (
    known.type === null
      ? offer.kind === EXTERNAL.memory
      : offer.type && typeKey(known.type) === typeKey(offer.type)
  ) {
    return known.name;
  }
  throw new ImageRefusal(
    "wrong-signature",
    `Export "${offer.name}" is ${offer.type ? describeType(offer.type) : "no function"}, but it must be ${known.type ? describeType(known.type) : "the memory"}; generate the bindings again from rockpool:game@0.1`,
  );
}

function checkExports(rewritten: RewriteResult, world: World): { initial: number; maximum: number } {
  const present = new Set(rewritten.exports.map(({ name }) => name));
  const missing = [...world.callbacks.keys(), ABI.realloc, ABI.memory].filter((name) => !present.has(name));
  if (missing.length > 0 || !rewritten.memory) {
    throw new ImageRefusal(
      "missing-export",
      `The component's core module does not export ${missing.join(", ")}; every callback of world ${world.name} must be there, and the canonical ABI's memory and realloc`,
    );
  }
  return rewritten.memory;
}

/** The maxima of a node whose configuration changes none. */
export const DEFAULT_NODE_MAXIMA: FunctionLimits = Object.fromEntries(
  LIMIT_NAMES.map((name) => [name, FUNCTION_LIMITS[name].max]),
) as FunctionLimits;
