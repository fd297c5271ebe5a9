/** The few edits a core module needs before it becomes a component, on its binary format (WebAssembly 2.0, 5.5). */
import { worldExportName } from "./entry.ts";
import { BuildError } from "./errors.ts";

const CUSTOM_SECTION = 0;
const EXPORT_SECTION = 7;
const HEADER_BYTES = 8;

/** Gives the exports their names of the canonical ABI, and drops custom sections (names, debug information). */
export function toWorldModule(module: Uint8Array): Uint8Array {
  const out: Uint8Array[] = [module.subarray(0, HEADER_BYTES)];
  const reader = new SectionReader(module, HEADER_BYTES);
  while (reader.at < module.length) {
    const id = module[reader.at++]!;
    const size = reader.u32();
    const body = module.subarray(reader.at, reader.at + size);
    reader.at += size;
    if (id === CUSTOM_SECTION) continue;
    out.push(section(id, id === EXPORT_SECTION ? renameExports(body) : body));
  }
  return Buffer.concat(out);
}

/** A custom section, for the end of a module or a component. */
export function customSection(name: string, payload: Uint8Array): Uint8Array {
  const nameBytes = Buffer.from(name);
  return section(CUSTOM_SECTION, Buffer.concat([leb(nameBytes.length), nameBytes, payload]));
}

function renameExports(body: Uint8Array): Uint8Array {
  const reader = new SectionReader(body, 0);
  const count = reader.u32();
  const out: Uint8Array[] = [leb(count)];
  for (let i = 0; i < count; i++) {
    const length = reader.u32();
    const name = Buffer.from(
      worldExportName(Buffer.from(body.subarray(reader.at, reader.at + length)).toString()),
    );
    reader.at += length;
    const kindAndIndex = reader.at++;
    reader.u32();
    out.push(leb(name.length), name, body.subarray(kindAndIndex, reader.at));
  }
  return Buffer.concat(out);
}

function section(id: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(id), leb(body.length), body]);
}

/** Unsigned LEB128. */
function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest > 127 ? 128 : 0;
    bytes.push((rest & 127) | more);
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

class SectionReader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Unsigned LEB128 of up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) break;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new BuildError("component", "the compiler gave a module that ends in the middle of a number");
  }
}
