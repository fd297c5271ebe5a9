/**
 * Components of the benches: built once by the toolchain, then given another manifest or other constants without
 * compiling again, because a bench of cold starts needs hundreds that no engine has seen before.
 */
import { randomBytes } from "node:crypto";
import { MANIFEST_SECTION, type Manifest, PAGE_SECTION } from "@rockpool/protocol";

export interface Component {
  readonly bytes: Uint8Array;
  readonly manifest: { readonly name: string };
}

/** A manifest as it stands in rockpool.json: what is left out has its default. */
export type ManifestText = Pick<Manifest, "name"> &
  Partial<Omit<Manifest, "limits">> & { limits?: Partial<Manifest["limits"]> };

/**
 * A 64-bit float that stands in the source of generated functions and is replaced in their binary, where it is eight
 * bytes of its own (`f64.const`), so that nothing moves.
 */
export const SALT = 1.2345678987654321e123;

const HEADER_BYTES = 8;
const CUSTOM_SECTION = 0;

/** The same code under another manifest, without a page. */
export function withManifest(component: Uint8Array, manifest: ManifestText): Component {
  const kept: Uint8Array[] = [component.subarray(0, HEADER_BYTES)];
  for (let at = HEADER_BYTES; at < component.length; ) {
    const size = readLeb(component, at + 1);
    const end = size.end + size.value;
    const isCustom = component[at] === CUSTOM_SECTION;
    const name = isCustom ? sectionName(component, size.end) : "";
    if (name !== MANIFEST_SECTION && name !== PAGE_SECTION) kept.push(component.subarray(at, end));
    at = end;
  }
  kept.push(customSection(MANIFEST_SECTION, Buffer.from(JSON.stringify(manifest))));
  return { bytes: Buffer.concat(kept), manifest };
}

/** The same component with every {@link SALT} in it replaced by one random number: new bytes, same size and work. */
export function salted(component: Component): Component {
  const bytes = Buffer.from(component.bytes);
  const marker = float(SALT);
  const salt = float(1 + randomBytes(6).readUIntBE(0, 6) / 2 ** 48);
  let replaced = 0;
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 8)) {
    salt.copy(bytes, at);
    replaced++;
  }
  if (replaced === 0) throw new Error("the component holds no salt to replace, so it cannot be made unique");
  return { bytes, manifest: component.manifest };
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function sectionName(bytes: Uint8Array, at: number): string {
  const length = readLeb(bytes, at);
  return Buffer.from(bytes.subarray(length.end, length.end + length.value)).toString();
}

function customSection(name: string, payload: Uint8Array): Buffer {
  const body = Buffer.concat([leb(name.length), Buffer.from(name), payload]);
  return Buffer.concat([Buffer.of(CUSTOM_SECTION), leb(body.length), body]);
}

/** Unsigned LEB128. */
function leb(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

function readLeb(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at]!;
    value |= (byte & 127) << shift;
    if (byte < 128) return { value: value >>> 0, end: at + 1 };
  }
}
