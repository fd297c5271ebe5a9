/**
 * Lists what a core module exports without reading the rest of it: enough to tell the module that holds a
 * component's code from the small ones that only wire it up, which the full reader would refuse.
 */
import { Cursor } from "./cursor.ts";
import { SECTION } from "./module.ts";

const HEADER_BYTES = 8;

/** Names of a core module's exports; throws ModuleRefusal when its sections cannot be followed. */
export function exportNames(bytes: Uint8Array): string[] {
  const cursor = new Cursor(bytes);
  cursor.skip(HEADER_BYTES);
  const names: string[] = [];
  while (!cursor.done) {
    const id = cursor.u8();
    const section = cursor.part(cursor.u32());
    if (id !== SECTION.export) continue;
    const count = section.count("exports");
    for (let n = 0; n < count; n++) {
      names.push(section.name());
      section.u8();
      section.u32();
    }
  }
  return names;
}
