/** `rockpool init`: a new function folder from a template that builds and runs untouched. */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isName, NAME_RULE } from "@rockpool/protocol";
import { BuildError } from "./errors.ts";

/** `room`: real-time, with a page; `turns`: turn-based, with a page; `call`: request and response. */
export const TEMPLATES = ["room", "turns", "call"] as const;
export type Template = (typeof TEMPLATES)[number];

export interface InitOptions {
  template?: Template;
}

const TEMPLATE_ROOT = fileURLToPath(new URL("../templates", import.meta.url));

/** In template files: the function's name, and a module of the toolchain as seen from that file's folder. */
const NAME_MARK = /\{\{name\}\}/g;
const MODULE_MARK = /\{\{module:([^}]+)\}\}/g;

/**
 * Makes `folder`, named for its function, and returns the files in it. Throws BuildError `folder` when it holds
 * anything already, or when its name cannot be a function's.
 */
export async function initFunction(folder: string, options: InitOptions = {}): Promise<string[]> {
  const target = resolve(folder);
  const name = basename(target);
  if (!isName(name)) {
    throw new BuildError(
      "folder",
      `"${name}" cannot name a function (${NAME_RULE}); choose another folder name`,
    );
  }
  const present = await readdir(target).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw new BuildError("folder", `${folder} cannot be used: ${error.message}`);
  });
  if (present.length > 0) {
    throw new BuildError(
      "folder",
      `${folder} is not empty; choose a new folder, so that nothing is overwritten`,
    );
  }
  await mkdir(target, { recursive: true });
  await cp(join(TEMPLATE_ROOT, options.template ?? "room"), target, { recursive: true });
  const files = (await readdir(target, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) await fillIn(file, name);
  // npm leaves files named .gitignore out of packages.
  await writeFile(join(target, ".gitignore"), "dist/\n");
  return [...files, join(target, ".gitignore")].map((file) => relative(target, file));
}

async function fillIn(file: string, name: string): Promise<void> {
  const text = await readFile(file, "utf8");
  const filled = text.replace(NAME_MARK, name).replace(MODULE_MARK, (_, wanted: string) => {
    const path = relative(dirname(file), fileURLToPath(import.meta.resolve(wanted)))
      .split(sep)
      .join("/");
    return path.startsWith(".") ? path : `./${path}`;
  });
  if (filled !== text) await writeFile(file, filled);
}
