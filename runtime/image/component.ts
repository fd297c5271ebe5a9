/**
 * Reads the outside of a component: its core modules, its custom sections, and the names that it imports and
 * exports. What is inside (types, aliases, canonical functions) only wires core modules to each other; the
 * runtime binds the main one directly and checks every core signature itself, so it is passed over.
 *
 * Format: component-model `design/mvp/Binary.md`.
 */
import { Cursor } from "../wasm/cursor.ts";
import { ModuleRefusal } from "../wasm/refusal.ts";
import { ImageRefusal } from "./refusal.ts";

/** The largest component, in bytes; a JavaScript engine compiled to WebAssembly takes 13 MB. */
export const MAX_COMPONENT_BYTES = 33_554_432;
/** Sections of a component and of all components nested in it. */
const MAX_SECTIONS = 4096;
const MAX_NESTING = 8;

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
/** Version 13 of the pre-standard format, layer 1: component. */
const COMPONENT_VERSION = [0x0d, 0x00, 0x01, 0x00];
const CORE_VERSION = [0x01, 0x00, 0x00, 0x00];

const SECTION = { custom: 0, coreModule: 1, component: 4, import: 10, export: 11, last: 12 } as const;
/** Sorts of external descriptions. */
const SORT = { core: 0, value: 2, type: 3, instance: 5 } as const;

export interface NestedModule {
  readonly bytes: Uint8Array;
  /** Where it starts in the component. */
  readonly offset: number;
}

export interface ExternalName {
  readonly name: string;
  readonly offset: number;
}

export interface Component {
  readonly modules: readonly NestedModule[];
  /** Custom sections of the component itself, by name. */
  readonly custom: ReadonlyMap<string, Uint8Array>;
  readonly imports: readonly ExternalName[];
  readonly exports: readonly ExternalName[];
}

/** Reads a component; throws ImageRefusal that tells apart what else an upload may be. */
export function readComponent(bytes: Uint8Array): Component {
  checkKind(bytes);
  try {
    return new ComponentReader().read(new Cursor(bytes), 0);
  } catch (error) {
    if (!(error instanceof ModuleRefusal)) throw error;
    throw malformed(error.message.replace("of the core module", "of the component"), error.offset);
  }
}

function checkKind(bytes: Uint8Array): void {
  if (bytes.length === 0) {
    throw new ImageRefusal(
      "empty-upload",
      "The upload is empty; send the component that `rockpool build` made",
    );
  }
  if (bytes.length > MAX_COMPONENT_BYTES) {
    throw new ImageRefusal(
      "too-large",
      `The component has ${bytes.length} bytes, more than the limit of ${MAX_COMPONENT_BYTES}; strip debug information, or optimise for size`,
    );
  }
  const starts = (expected: readonly number[], at: number) =>
    expected.every((byte, n) => bytes[at + n] === byte);
  if (starts(MAGIC, 0) && starts(COMPONENT_VERSION, 4)) return;
  if (starts(MAGIC, 0) && starts(CORE_VERSION, 4)) {
    throw new ImageRefusal(
      "core-module",
      "This is a core module; make a component of it with `rockpool build`",
      4,
    );
  }
  if (starts(MAGIC, 0)) {
    throw new ImageRefusal(
      "malformed-component",
      "This is a component of an unknown version, or it is cut off; build it again with `rockpool build`",
      4,
    );
  }
  throw new ImageRefusal(
    "not-wasm",
    "This is not WebAssembly; send the component that `rockpool build` made",
    0,
  );
}

function malformed(message: string, offset: number | null): ImageRefusal {
  return new ImageRefusal("malformed-component", message, offset);
}

class ComponentReader implements Component {
  readonly modules: NestedModule[] = [];
  readonly custom = new Map<string, Uint8Array>();
  readonly imports: ExternalName[] = [];
  readonly exports: ExternalName[] = [];
  #sections = 0;

  read(cursor: Cursor, depth: number): Component {
    for (const byte of [...MAGIC, ...COMPONENT_VERSION]) {
      if (cursor.u8() !== byte) cursor.fail("a nested component does not start as one", cursor.at - 1);
    }
    while (!cursor.done) {
      const at = cursor.at;
      if (++this.#sections > MAX_SECTIONS) {
        throw malformed(
          `The component has more than ${MAX_SECTIONS} sections; build it with wit-component`,
          at,
        );
      }
      const id = cursor.u8();
      const section = cursor.part(cursor.u32());
      if (id > SECTION.last) cursor.fail(`section ${id} is unknown`, at);
      if (id === SECTION.component) this.#nested(section, depth + 1);
      else if (depth === 0) this.#section(id, section);
    }
    return this;
  }

  #nested(section: Cursor, depth: number): void {
    if (depth > MAX_NESTING) {
      throw malformed(
        `Components are nested more than ${MAX_NESTING} deep; build it with wit-component`,
        section.at,
      );
    }
    this.read(section, depth);
  }

  #section(id: number, section: Cursor): void {
    const start = section.at;
    if (id === SECTION.coreModule) {
      this.modules.push({ bytes: section.bytes.subarray(start, section.end), offset: start });
    } else if (id === SECTION.custom) {
      const name = section.name();
      if (this.custom.has(name) && name.startsWith("rockpool:"))
        section.fail(`custom section ${name} is there twice`, start);
      this.custom.set(name, section.bytes.subarray(section.at, section.end));
    } else if (id === SECTION.import || id === SECTION.export) {
      const count = section.count("names");
      for (let n = 0; n < count; n++) {
        if (id === SECTION.import) this.#import(section);
        else this.#export(section);
      }
      if (!section.done) section.fail("a section holds more than it says");
    }
  }

  #import(section: Cursor): void {
    this.imports.push(readName(section));
    passDescription(section);
  }

  #export(section: Cursor): void {
    this.exports.push(readName(section));
    if (section.u8() === SORT.core) section.u8();
    section.u32();
    if (section.u8() === 1) passDescription(section);
  }
}

function readName(section: Cursor): ExternalName {
  const offset = section.at;
  if (section.u8() > 1) section.fail("an unknown form of name", offset);
  return { name: section.name(), offset };
}

/** Passes the description of what is imported or exported. */
function passDescription(section: Cursor): void {
  const at = section.at;
  const sort = section.u8();
  if (sort > SORT.instance) section.fail("an unknown sort of external", at);
  if (sort === SORT.core) section.skip(1);
  if (sort === SORT.value || sort === SORT.type) {
    // A bound: 0 and an index; 1 alone for a fresh resource type, 1 and a type for a value.
    const bound = section.u8();
    if (sort === SORT.type && bound === 1) return;
    if (sort === SORT.value && bound === 1) {
      section.skipLeb(5);
      return;
    }
  }
  section.u32();
}
