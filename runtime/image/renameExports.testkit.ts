/** Renames a core module's exports: AssemblyScript cannot name one after an interface. */
import { Cursor } from "../wasm/cursor.ts";
import { SECTION } from "../wasm/module.ts";
import { Sink } from "../wasm/sink.ts";

export function renameExports(module: Uint8Array, rename: (name: string) => string): Uint8Array {
  const cursor = new Cursor(module);
  cursor.skip(8);
  const out = new Sink(module.length).append(module.subarray(0, 8));
  while (!cursor.done) {
    const id = cursor.u8();
    const section = cursor.part(cursor.u32());
    if (id !== SECTION.export) {
      out.u8(id).sized(module.subarray(section.at, section.end));
      continue;
    }
    const count = section.u32();
    const renamed = new Sink().u32(count);
    for (let n = 0; n < count; n++) renamed.name(rename(section.name())).u8(section.u8()).u32(section.u32());
    out.section(id, renamed);
  }
  return out.view.slice();
}
