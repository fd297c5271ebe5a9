/** The smallest bytes that a deploy takes for a function: a component of nothing but its manifest. */
import { MANIFEST_SECTION } from "@rockpool/protocol";

/** @param manifest at most 100 bytes, so that every length is one LEB128 byte */
export function componentWith(manifest: string): Buffer {
  const name = Buffer.from(MANIFEST_SECTION);
  const section = Buffer.concat([Buffer.of(name.length), name, Buffer.from(manifest)]);
  const preamble = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]);
  return Buffer.concat([preamble, Buffer.of(0, section.length), section]);
}
