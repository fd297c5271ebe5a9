/**
 * A component that no code of Rockpool's had a part in: bindings by wit-bindgen 0.63 (`wit-bindgen c world.wit --world
 * game-room`), compiled by clang and wrapped by wit-component. Its core names come in both manglings.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentNew } from "@bytecodealliance/jco";
import { commands, type Tree } from "@yowasp/clang";

export const MANGLINGS = ["legacy", "cm32p2"] as const;
export type Mangling = (typeof MANGLINGS)[number];

const FOLDER = fileURLToPath(new URL("../../foreign/witBindgenC/", import.meta.url));
const OUTPUT = "room.wasm";

const LINKER: Record<Mangling, string[]> = {
  legacy: ["-mexec-model=reactor"],
  cm32p2: ["-nostartfiles", "-Wl,--entry=cm32p2_initialize", "-Wl,--export-memory=cm32p2_memory"],
};

export async function witBindgenRoom(mangling: Mangling): Promise<Uint8Array> {
  return componentNew(await compile(mangling, []), []);
}

/** The room with `source` beside it, and jco's adapter for what that takes of WASI preview 1. */
export async function adaptedRoom(source: string): Promise<Uint8Array> {
  const jco = createRequire(import.meta.url).resolve("@bytecodealliance/jco");
  const adapter = join(dirname(jco), "../lib/wasi_snapshot_preview1.reactor.wasm");
  const core = await compile("legacy", [["more.c", source]]);
  return componentNew(core, [["wasi_snapshot_preview1", readFileSync(adapter)]]);
}

async function compile(
  mangling: Mangling,
  more: readonly [name: string, source: string][],
): Promise<Uint8Array> {
  const files: Tree = {};
  for (const name of readdirSync(FOLDER)) files[name] = readFileSync(FOLDER + name);
  if (mangling === "cm32p2") files["game_room.c"] = toShortNames(String(files["game_room.c"]));
  await commands.clang!(undefined, {}, { fetchProgress: () => {} });
  const sources = ["game_room.c", "game_room_component_type.o", "room.c"];
  for (const [name, source] of more) {
    files[name] = source;
    sources.push(name);
  }
  const options = ["--target=wasm32-wasip1", "-O2", ...LINKER[mangling]];
  const built = await commands.clang!([...options, ...sources, "-o", OUTPUT], files, { decodeASCII: false });
  return (built as Tree)[OUTPUT] as Uint8Array;
}

/** The generated names in the mangling of the build-targets proposal, which wit-component takes as well. */
function toShortNames(source: string): string {
  const renamed = source
    .replace(/"rockpool:game\/host@0\.1\.0"/g, '"cm32p2|rockpool:game/host@0.1"')
    .replace(/"cabi_post_rockpool:game\/room@0\.1\.0#([a-z-]+)"/g, '"cm32p2|rockpool:game/room@0.1|$1_post"')
    .replace(/"rockpool:game\/room@0\.1\.0#([a-z-]+)"/g, '"cm32p2|rockpool:game/room@0.1|$1"')
    .replace('"cabi_realloc"', '"cm32p2_realloc"');
  return `${renamed}\nvoid __wasm_call_ctors(void);\nvoid cm32p2_initialize(void) { __wasm_call_ctors(); }\n`;
}
