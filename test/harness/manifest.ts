/** Variants of a component: the same code under another manifest, without compiling it again. */
import { MANIFEST_SECTION, type Manifest } from "@rockpool/protocol";

export type ManifestPatch = Partial<Omit<Manifest, "limits" | "pool">> & {
  limits?: Partial<Manifest["limits"]>;
  pool?: Partial<Manifest["pool"]>;
};

interface Section {
  id: number;
  /** Where the section starts and ends, its header included. */
  start: number;
  end: number;
  body: Uint8Array;
}

/** A component's magic and version take 8 bytes. */
const PREAMBLE = 8;
const CUSTOM = 0;

/** The component with these fields put over those of its manifest. */
export function withManifest(component: Uint8Array, patch: ManifestPatch): Uint8Array {
  const old = sectionsOf(component).find((section) => customName(section)?.name === MANIFEST_SECTION)!;
  const text = Buffer.from(customName(old)!.content).toString("utf8");
  const manifest = JSON.parse(text) as ManifestPatch;
  const limits = { ...manifest.limits, ...patch.limits };
  const pool = { ...manifest.pool, ...patch.pool };
  const fresh = customSection(MANIFEST_SECTION, JSON.stringify({ ...manifest, ...patch, limits, pool }));
  return Buffer.concat([component.subarray(0, old.start), fresh, component.subarray(old.end)]);
}

/** The component's nested core modules, as they are in its bytes. */
export function coreModulesOf(component: Uint8Array): Uint8Array[] {
  return sectionsOf(component)
    .filter((section) => section.id === 1)
    .map((section) => section.body);
}

function sectionsOf(component: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let start = PREAMBLE; start < component.length; ) {
    const size = readLeb(component, start + 1);
    const end = size.next + size.value;
    sections.push({ id: component[start]!, start, end, body: component.subarray(size.next, end) });
    start = end;
  }
  return sections;
}

function customName({ id, body }: Section): { name: string; content: Uint8Array } | null {
  if (id !== CUSTOM) return null;
  const length = readLeb(body, 0);
  const end = length.next + length.value;
  return { name: Buffer.from(body.subarray(length.next, end)).toString("utf8"), content: body.subarray(end) };
}

function customSection(name: string, content: string): Uint8Array {
  const [nameBytes, contentBytes] = [Buffer.from(name), Buffer.from(content)];
  const length = leb(nameBytes.length);
  const size = leb(length.length + nameBytes.length + contentBytes.length);
  return Buffer.concat([Uint8Array.of(CUSTOM), size, length, nameBytes, contentBytes]);
}

function readLeb(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  let next = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[next++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next };
  }
}

function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
