/**
 * Reads a core module section by section into a CoreModule. It expects a module that V8 has validated, yet
 * trusts nothing: sections must stand in order, be used up exactly, and agree with each other.
 */
import { readBody } from "./bodyReader.ts";
import { Cursor } from "./cursor.ts";
import { MODULE_LIMITS } from "./limits.ts";
import {
  type CoreModule,
  EXTERNAL,
  type ExportEntry,
  type FunctionBody,
  type FunctionImport,
  type FunctionType,
  type GlobalDefinition,
  type MemoryDefinition,
  SECTION,
  type Span,
  VALUE_TYPE,
} from "./module.ts";
import { ModuleRefusal } from "./refusal.ts";
import { readConstant, readElementSegment } from "./segmentReader.ts";
import { readFunctionType, readMemory, readTable, readValueType } from "./typeReader.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION = [0x01, 0x00, 0x00, 0x00];
/** Sections in the order they must stand in; the data count comes before the code that refers to it. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];
const TAG_SECTION = 13;
const IMPORT_KINDS = new Map<number, string>([
  [EXTERNAL.table, "table"],
  [EXTERNAL.memory, "memory"],
  [EXTERNAL.global, "global"],
  [EXTERNAL.tag, "exception tag"],
]);

/** Reads a module; throws ModuleRefusal with the offset of what it cannot accept. */
export function readModule(bytes: Uint8Array): CoreModule {
  return new ModuleReader(bytes).read();
}

class ModuleReader implements CoreModule {
  readonly bytes: Uint8Array;
  readonly types: FunctionType[] = [];
  readonly imports: FunctionImport[] = [];
  readonly functionTypes: number[] = [];
  memory: MemoryDefinition | null = null;
  readonly globals: GlobalDefinition[] = [];
  readonly exports: ExportEntry[] = [];
  start: number | null = null;
  readonly addressTaken = new Set<number>();
  readonly bodies: FunctionBody[] = [];
  readonly copied = new Map<number, Span>();
  names: Span | null = null;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  read(): CoreModule {
    const cursor = new Cursor(this.bytes);
    for (const byte of [...MAGIC, ...VERSION]) {
      if (cursor.u8() !== byte) cursor.fail("not a core module", cursor.at - 1);
    }
    let position = -1;
    while (!cursor.done) {
      const at = cursor.at;
      const id = cursor.u8();
      const section = cursor.part(cursor.u32());
      if (id === SECTION.custom) {
        this.#custom(section);
        continue;
      }
      if (id === TAG_SECTION) {
        throw new ModuleRefusal(
          "exception-handling",
          "Exception tags are not accepted; compile without exceptions",
          at,
        );
      }
      const place = ORDER.indexOf(id);
      if (place <= position) cursor.fail(`section ${id} is unknown, repeated or out of order`, at);
      position = place;
      this.#section(id, section);
      if (!section.done) section.fail(`section ${id} holds more than it says`);
    }
    if (this.imports.length + this.bodies.length !== this.functionTypes.length) {
      cursor.fail("the numbers of functions and of bodies differ");
    }
    return this;
  }

  #custom(section: Cursor): void {
    if (section.name() === "name") this.names = { start: section.at, end: section.end };
  }

  #section(id: number, section: Cursor): void {
    const start = section.at;
    if (id === SECTION.start) {
      this.start = section.u32();
      return;
    }
    if (id === SECTION.data || id === SECTION.dataCount) {
      section.skip(section.end - section.at);
      this.copied.set(id, { start, end: section.end });
      return;
    }
    const count = section.count("entries");
    if (id === SECTION.memory && count > 1) {
      throw new ModuleRefusal(
        "multiple-memories",
        "More than one memory is not accepted; compile for a single memory",
        start,
      );
    }
    let tableElements = 0;
    for (let n = 0; n < count; n++) {
      if (id === SECTION.type) this.types.push(readFunctionType(section));
      else if (id === SECTION.import) this.#import(section);
      else if (id === SECTION.function) this.functionTypes.push(this.#typeIndex(section));
      else if (id === SECTION.table) tableElements += readTable(section);
      else if (id === SECTION.memory) this.memory = readMemory(section);
      else if (id === SECTION.global) this.#global(section);
      else if (id === SECTION.export) this.#export(section);
      else if (id === SECTION.element) readElementSegment(section, this.addressTaken);
      else this.bodies.push(readBody(section));
    }
    if (tableElements > MODULE_LIMITS.tableElements) {
      throw new ModuleRefusal(
        "table-size",
        `The tables hold more than ${MODULE_LIMITS.tableElements} elements; use fewer function pointers`,
        start,
      );
    }
    if (id === SECTION.table || id === SECTION.element) this.copied.set(id, { start, end: section.end });
  }

  #typeIndex(section: Cursor): number {
    const at = section.at;
    const index = section.u32();
    if (index >= this.types.length) section.fail(`there is no type ${index}`, at);
    return index;
  }

  #import(section: Cursor): void {
    const at = section.at;
    const module = section.name();
    const name = section.name();
    const kind = section.u8();
    if (kind !== EXTERNAL.function) {
      throw new ModuleRefusal(
        "import-refused",
        `Import "${module}" "${name}" is a ${IMPORT_KINDS.get(kind) ?? "thing of unknown kind"}; only functions can be imported`,
        at,
      );
    }
    const type = this.#typeIndex(section);
    this.imports.push({ module, name, type, at });
    this.functionTypes.push(type);
  }

  #global(section: Cursor): void {
    const start = section.at;
    const type = readValueType(section);
    const flag = section.u8();
    if (flag > 1) section.fail("unknown flags of a global", section.at - 1);
    const mutable = flag === 1;
    if (
      mutable &&
      (type === VALUE_TYPE.v128 || type === VALUE_TYPE.funcref || type === VALUE_TYPE.externref)
    ) {
      throw new ModuleRefusal(
        "mutable-global",
        "A mutable global of a vector or reference type is not accepted, because a snapshot cannot hold it; keep it in memory",
        start,
      );
    }
    readConstant(section, this.addressTaken);
    this.globals.push({ start, end: section.at, type, mutable });
  }

  #export(section: Cursor): void {
    const at = section.at;
    this.exports.push({ name: section.name(), kind: section.u8(), index: section.u32(), at });
  }
}
