/**
 * A core module whose memory has a maximum: a node caps every memory, so the reference must run under the same cap.
 * Else what a guest does when memory runs out would count as a difference.
 */
import { Cursor } from "@rockpool/runtime/wasm/cursor.js";
import { SECTION } from "@rockpool/runtime/wasm/module.js";
import { Sink } from "@rockpool/runtime/wasm/sink.js";

const HEADER_BYTES = 8;
const HAS_MAXIMUM = 1;

/** @param pages of 64 KiB; a smaller maximum of the module's own stays. */
export function cappedMemory(core: Uint8Array, pages: number): Uint8Array {
  const out = new Sink(core.length).append(core.subarray(0, HEADER_BYTES));
  const sections = new Cursor(core, HEADER_BYTES);
  while (!sections.done) {
    const start = sections.at;
    const id = sections.u8();
    const end = sections.u32() + sections.at;
    if (id === SECTION.memory) out.section(id, capped(new Cursor(core, sections.at, end), pages));
    else out.append(core.subarray(start, end));
    sections.at = end;
  }
  return out.view.slice();
}

/** The memory section of a module that has one memory. */
function capped(section: Cursor, pages: number): Sink {
  const count = section.u32();
  const flags = section.u8();
  const initial = section.u32();
  const maximum = flags & HAS_MAXIMUM ? Math.min(section.u32(), pages) : pages;
  return new Sink()
    .u32(count)
    .u8(flags | HAS_MAXIMUM)
    .u32(initial)
    .u32(maximum);
}
