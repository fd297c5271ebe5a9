/**
 * The SDK's AssemblyScript sources, as a library of the compiler: games import "@rockpool/assembly" without
 * having installed it. `std/bindings/*` takes the place of the compiler's own files of the same name, whose
 * functions would be imports from a browser.
 */
import { readdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Inputs } from "./inputs.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.resolve("@rockpool/assembly/package.json"))), "assembly");
const REPLACED = "std/bindings/";

/** Library path (`@rockpool/assembly/room.ts`) → source text; in a fixed order, for builds must be reproducible. */
export async function readLibrary(inputs: Inputs): Promise<Map<string, string>> {
  const entries = await readdir(ROOT, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const library = new Map<string, string>();
  for (const file of files) {
    const path = relative(ROOT, file).split(sep).join("/");
    const name = path.startsWith(REPLACED) ? path.slice("std/".length) : `@rockpool/assembly/${path}`;
    const text = await inputs.readText(file);
    if (text !== null) library.set(name, text);
  }
  return library;
}
