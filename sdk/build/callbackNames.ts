/**
 * Warns of methods that are meant as callbacks and are none. A misspelt callback compiles, because a class may have
 * any method; it is merely never called, and nothing at run time can tell.
 */
import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { nearestName } from "@rockpool/protocol";
import { ROOM_CALLBACKS } from "./entry.ts";
import type { Diagnostic } from "./errors.ts";
import { type FunctionFolder, SOURCE_FILE } from "./folder.ts";
import { ASSEMBLY_MESSAGES } from "./messages.ts";

/** Name, base class and whatever follows up to a `}` in the first column, where a formatted class ends. */
const CLASS = /\bclass\s+(\w+)[^{]*?\bextends\s+([\w.]+)[^{]*\{([\s\S]*?)^\}/gm;
const METHOD =
  /^[ \t]*(?:(?:public|protected|private|override)\s+)*on([A-Z]\w*)\s*\([^)]*\)\s*(?::[^{;]*)?\{/gm;

/** Callbacks without their `on`, which all names share and so would make all seem nearer than they are. */
const CALLBACKS = ROOM_CALLBACKS.map((name) => name[0]!.toUpperCase() + name.slice(1));

interface FoundClass {
  base: string;
  file: string;
  text: string;
  body: string;
  bodyAt: number;
}

/** Warnings for the room classes in those of `inputs` (absolute paths) that are the folder's own AssemblyScript. */
export async function callbackWarnings(
  { path, manifest }: FunctionFolder,
  inputs: readonly string[],
): Promise<Diagnostic[]> {
  if (manifest.kind !== "room") return [];
  const sources = join(path, SOURCE_FILE, "..") + sep;
  const generated = join(path, ASSEMBLY_MESSAGES);
  const classes = new Map<string, FoundClass>();
  for (const file of inputs) {
    if (!file.startsWith(sources) || !file.endsWith(".ts") || file === generated) continue;
    // A file that was looked for and is not there is an input too.
    const text = await readFile(file, "utf8").catch(() => "");
    for (const match of text.matchAll(CLASS)) {
      const [whole, name, base, body] = match as unknown as [string, string, string, string];
      const bodyAt = match.index + whole.length - 1 - body.length;
      classes.set(name, { base, file: relative(path, file).replaceAll(sep, "/"), text, body, bodyAt });
    }
  }
  return [...classes.values()].filter((one) => isRoom(one, classes)).flatMap(warningsOf);
}

/** Follows base classes by name; a circle, which does not compile, ends too. */
function isRoom({ base }: FoundClass, classes: Map<string, FoundClass>): boolean {
  for (let i = 0; i <= classes.size; i++) {
    if (base === "Room") return true;
    const next = classes.get(base);
    if (next === undefined) return false;
    base = next.base;
  }
  return false;
}

function warningsOf({ file, text, body, bodyAt }: FoundClass): Diagnostic[] {
  const warnings: Diagnostic[] = [];
  for (const match of body.matchAll(METHOD)) {
    const name = match[1]!;
    const meant = CALLBACKS.includes(name) ? null : nearestName(name, CALLBACKS);
    if (meant === null) continue;
    const before = text.slice(0, bodyAt + match.index + match[0].indexOf(`on${name}`));
    const message = `on${name} is no callback; did you mean on${meant}?`;
    const column = before.length - before.lastIndexOf("\n");
    warnings.push({ file, line: before.split("\n").length, column, message, hint: null });
  }
  return warnings;
}
