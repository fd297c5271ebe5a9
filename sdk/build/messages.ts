/**
 * A folder's typed messages. `messages.rock` becomes two modules, `./messages` beside the game's source and
 * `./messages.ts` beside the page's. The build makes them in memory; on disk they only help editors.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { generateAssembly, generateTypeScript, parseSchema, SchemaError } from "@rockpool/messages";
import { BuildError } from "./errors.ts";
import { type FunctionFolder, readFolder } from "./folder.ts";
import { Inputs } from "./inputs.ts";

export const SCHEMA_FILE = "messages.rock";
/** Where the modules are, or would be, relative to the folder. */
export const ASSEMBLY_MESSAGES = "assembly/messages.ts";
export const PAGE_MESSAGES = "page/messages.ts";

/** The source texts of the two modules. */
export interface MessageModules {
  assembly: string;
  page: string;
}

/** Reads a folder's schema; null when it has none. Throws BuildError `messages` with the place of the fault. */
export async function readMessages(folder: FunctionFolder, inputs: Inputs): Promise<MessageModules | null> {
  const file = join(folder.path, SCHEMA_FILE);
  inputs.add(file);
  const source = await inputs.readText(file);
  if (source === null) return null;
  try {
    const schema = parseSchema(source);
    const version = folder.manifest.messages;
    return { assembly: generateAssembly(schema, version), page: generateTypeScript(schema, version) };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new BuildError("messages", `${SCHEMA_FILE} has an error:`, [{ file: SCHEMA_FILE, ...error.fault }]);
  }
}

/**
 * Writes the two modules of the function in `folder` for its editor, and returns their paths; none when it has no
 * schema, or no such side. Throws BuildError.
 */
export async function writeMessages(folder: string): Promise<string[]> {
  const inputs = new Inputs();
  const source = await readFolder(resolve(folder), inputs);
  const modules = await readMessages(source, inputs);
  return modules === null ? [] : put(source.path, modules, async () => true);
}

/** Brings modules that were written before up to date, so that an editor sees what the build sees. */
export async function refreshMessages(folder: FunctionFolder, modules: MessageModules | null): Promise<void> {
  if (modules === null) return;
  await put(folder.path, modules, async (file, text) => {
    const present = await readFile(file, "utf8").catch(() => null);
    return present !== null && present !== text;
  });
}

async function put(
  folder: string,
  modules: MessageModules,
  wanted: (file: string, text: string) => Promise<boolean>,
): Promise<string[]> {
  const written: string[] = [];
  for (const [name, text] of [
    [ASSEMBLY_MESSAGES, modules.assembly],
    [PAGE_MESSAGES, modules.page],
  ] as const) {
    const file = join(folder, name);
    if (!(await wanted(file, text))) continue;
    try {
      await writeFile(file, text);
      written.push(file);
    } catch (error) {
      // A call function and a room without a page lack a side.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw new BuildError("folder", `cannot write ${file}: ${(error as Error).message}`);
    }
  }
  return written;
}
