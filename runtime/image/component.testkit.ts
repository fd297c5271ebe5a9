/** Makes components for tests: by hand, so that each can be wrong in one place, and from core modules. */
import { MANIFEST_SECTION } from "@rockpool/protocol";
import { assemble, type TestFunction, type TestModule } from "../wasm/assembler.testkit.ts";
import { Code } from "../wasm/code.ts";
import { type FunctionType, VALUE_TYPE } from "../wasm/module.ts";
import { OP } from "../wasm/opcodes.ts";
import { Sink } from "../wasm/sink.ts";
import type { World } from "./world.ts";

export interface ComponentParts {
  readonly modules?: readonly Uint8Array[];
  readonly imports?: readonly string[];
  /** Instances, as an interface is exported. */
  readonly exports?: readonly string[];
  readonly custom?: readonly (readonly [name: string, body: string])[];
  /** Nested components, innermost contents first. */
  readonly nesting?: number;
}

export function makeComponent(parts: ComponentParts): Uint8Array {
  const out = new Sink().u8(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);
  for (const module of parts.modules ?? []) out.u8(1).sized(module);
  if (parts.nesting) out.u8(4).sized(makeComponent({ nesting: parts.nesting - 1 }));
  for (const name of parts.imports ?? []) out.section(10, new Sink().u8(1, 0).name(name).u8(5, 0));
  for (const name of parts.exports ?? []) out.section(11, new Sink().u8(1, 0).name(name).u8(5, 0, 0));
  for (const [name, body] of parts.custom ?? []) {
    out.section(0, new Sink().name(name).append(new TextEncoder().encode(body)));
  }
  return out.view.slice();
}

export type Mangling = "legacy" | "short";

/** Names of a world's core exports in one mangling. */
export function mangle(world: World, callback: string, mangling: Mangling): string {
  const name = world.exportInterface;
  if (mangling === "short") return `cm32p2|${name === null ? "" : `rockpool:game/${name}@0.1`}|${callback}`;
  return name === null ? callback : `rockpool:game/${name}@0.1.0#${callback}`;
}

export function hostModule(world: World, mangling: Mangling): string {
  const name = `rockpool:game/${world.importInterface}@0.1`;
  return mangling === "short" ? `cm32p2|${name}` : `${name}.0`;
}

const ZERO = new Map<number, Code>([
  [VALUE_TYPE.i32, new Code().i32Const(0)],
  [VALUE_TYPE.i64, new Code().i64Const(0)],
]);

/** A function of this type that answers zeros. */
export function zeros(type: FunctionType, exportAs: string): TestFunction {
  const code = new Code();
  for (const result of type.results) code.append(ZERO.get(result)!.view);
  return { type, code, exportAs };
}

/** A core module with every callback of the world, and one import of each host function, all called at once. */
export function worldModule(
  world: World,
  mangling: Mangling,
  change: (spec: TestModule) => TestModule = (spec) => spec,
): Uint8Array {
  const imports = [...world.imports].map(([name, type]) => ({
    module: hostModule(world, mangling),
    name,
    type,
  }));
  const i32 = VALUE_TYPE.i32;
  const functions = [...world.callbacks].map(([name, type]) => zeros(type, mangle(world, name, mangling)));
  const short = mangling === "short";
  functions.push(
    zeros({ params: [i32, i32, i32, i32], results: [i32] }, short ? "cm32p2_realloc" : "cabi_realloc"),
  );
  functions.push({
    type: { params: [], results: [] },
    code: new Code().op(OP.nop),
    exportAs: short ? "cm32p2_initialize" : "_initialize",
  });
  const spec = { imports, functions, memory: { initial: 1 }, memoryName: short ? "cm32p2_memory" : "memory" };
  return assemble(change(spec));
}

/** A whole component of a world, correct unless changed. */
export function worldComponent(
  world: World,
  options: {
    mangling?: Mangling;
    manifest?: string | null;
    parts?: ComponentParts;
    change?: (spec: TestModule) => TestModule;
  } = {},
): Uint8Array {
  const {
    mangling = "legacy",
    manifest = JSON.stringify({ name: "echo", kind: world.kind }),
    parts = {},
    change,
  } = options;
  return makeComponent({
    modules: [worldModule(world, mangling, change), ...(parts.modules ?? [])],
    imports: [`rockpool:game/${world.importInterface}@0.1.0`, ...(parts.imports ?? [])],
    exports: [
      world.exportInterface === null
        ? [...world.callbacks.keys()][0]!
        : `rockpool:game/${world.exportInterface}@0.1.0`,
    ],
    custom: [...(manifest === null ? [] : [[MANIFEST_SECTION, manifest] as const]), ...(parts.custom ?? [])],
  });
}
