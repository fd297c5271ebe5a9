/**
 * Changes a binary section by section, in components and in core modules alike, and keeps the sizes of sections
 * right, so that what is changed inside is read.
 */
import { Sink } from "@rockpool/runtime/wasm/sink.js";
import type { Random } from "../../oracle/recordings.ts";
import { mutateBytes } from "./bytes.ts";

interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

const PREAMBLE = 8;
const CORE_MODULE = 1;
/** Byte 4 of a binary: 13 for a component, 1 for a core module. */
const COMPONENT = 0x0d;

export function mutateSections(random: Random, bytes: Uint8Array): Uint8Array {
  const sections = readSections(bytes);
  if (sections === null || sections.length === 0) return mutateBytes(random, bytes);
  const n = random(sections.length);
  const { id, body } = sections[n]!;
  const nested = bytes[4] === COMPONENT && id === CORE_MODULE;
  switch (random(nested ? 20 : 10)) {
    case 0:
      sections.splice(n, 1);
      break;
    case 1:
      sections.splice(random(sections.length + 1), 0, sections[n]!);
      break;
    case 2:
      sections.splice(random(sections.length), 0, ...sections.splice(n, 1));
      break;
    case 3:
      sections[n] = { id: random(16), body };
      break;
    default:
      sections[n] = { id, body: nested ? mutateSections(random, body) : mutateBytes(random, body) };
  }
  const out = new Sink(bytes.length + 64).append(bytes.subarray(0, PREAMBLE));
  for (const section of sections) out.u8(section.id).sized(section.body);
  return out.view.slice();
}

/** Null when the bytes do not divide into sections. */
function readSections(bytes: Uint8Array): Section[] | null {
  const sections: Section[] = [];
  let at = PREAMBLE;
  while (at < bytes.length) {
    const id = bytes[at++]!;
    let size = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 0x10000000) return null;
      size += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (at + size > bytes.length) return null;
    sections.push({ id, body: bytes.subarray(at, at + size) });
    at += size;
  }
  return sections;
}
