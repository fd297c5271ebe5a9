/**
 * Finds the core module that holds a component's code. wit-component adds small modules that only forward
 * imports; the binder calls the main module directly, so those are left out.
 */
import { exportNames } from "../wasm/exportNames.ts";
import { ModuleRefusal } from "../wasm/refusal.ts";
import type { Component, NestedModule } from "./component.ts";
import { ImageRefusal } from "./refusal.ts";
import { offersWasi, refusedImport } from "./wasi.ts";
import { exportsWorld, interfaceName, knownExport, WORLDS, type World } from "./world.ts";

/** The world that a component targets; throws ImageRefusal when it is none of ours. */
export function findWorld(component: Component): World {
  const world = WORLDS.find((candidate) =>
    component.exports.some(({ name }) => exportsWorld(candidate, name)),
  );
  if (!world) {
    const exported = component.exports.map(({ name }) => name).join(", ") || "nothing";
    throw new ImageRefusal(
      "other-world",
      `The component exports ${exported.slice(0, 500)}; it must target world game-room or game-call of rockpool:game@0.1`,
    );
  }
  return world;
}

/** Refuses a component that imports what its functions are not offered, whichever of its modules asks for it. */
export function checkImports(component: Component, world: World): void {
  for (const { name, offset } of component.imports) {
    const known = interfaceName(name);
    if (known === "types" || known === world.importInterface || offersWasi(name)) continue;
    throw new ImageRefusal("import-refused", refusedImport(`"${name}"`, world.name), offset);
  }
}

/** The one core module that exports callbacks of the world. */
export function findMainModule(component: Component, world: World): NestedModule {
  const found = component.modules.filter((nested) =>
    namesOf(nested).some((name) => world.callbacks.has(knownExport(world, name)?.name ?? "")),
  );
  const [main, second] = found;
  if (!main) {
    throw new ImageRefusal(
      "missing-export",
      `No core module of the component exports the callbacks of world ${world.name}; build it with wit-component`,
    );
  }
  if (second) {
    throw new ImageRefusal(
      "malformed-component",
      "Several core modules of the component export callbacks; link them into one",
      second.offset,
    );
  }
  return main;
}

function namesOf(nested: NestedModule): string[] {
  try {
    return exportNames(nested.bytes);
  } catch (error) {
    if (error instanceof ModuleRefusal) throw fromModule(error, nested);
    throw error;
  }
}

/** The refusal of a core module as that of its component. */
export function fromModule(refusal: ModuleRefusal, nested: NestedModule): ImageRefusal {
  const offset = refusal.offset === null ? null : refusal.offset + nested.offset;
  return new ImageRefusal(refusal.code, refusal.message, offset);
}
