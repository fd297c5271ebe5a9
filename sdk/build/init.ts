/** `rockpool init`: a new function folder from a template that builds and runs untouched. */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isName, NAME_RULE } from "@rockpool/protocol";
import { BuildError } from "./errors.ts";
import type { Language } from "./language.ts";
import { writeMessages } from "./messages.ts";

/** `room`: real-time, with a page; `turns`: turn-based, with a page; `call`: request and response. */
export const TEMPLATES = ["room", "turns", "call"] as const;
export type Template = (typeof TEMPLATES)[number];

export interface InitOptions {
  template?: Template;
  language?: Language;
}

/** The folder of each template, by language. */
const TEMPLATE_FOLDERS: Record<Language, Partial<Record<Template, string>>> = {
  assemblyscript: { room: "room", turns: "turns", call: "call" },
  c: { room: "c-room", call: "c-call" },
};

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
  const template = templateFolder(options);
  await mkdir(target, { recursive: true });
  await cp(join(TEMPLATE_ROOT, template), target, { recursive: true });
  const files = (await readdir(target, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) await fillIn(file, name);
  const generated = (await writeMessages(target)).map((file) => relative(target, file).split(sep).join("/"));
  // npm leaves files named .gitignore out of packages.
  await writeFile(join(target, ".gitignore"), ["dist/", ...generated, ""].join("\n"));
  return [...files, join(target, ".gitignore")].map((file) => relative(target, file));
}

function templateFolder({ template = "room", language = "assemblyscript" }: InitOptions): string {
  const folder = TEMPLATE_FOLDERS[language][template];
  if (folder !== undefined) return folder;
  const present = Object.keys(TEMPLATE_FOLDERS[language]).join(", ");
  throw new BuildError("folder", `there is no template ${template} in ${language}; there are ${present}`);
}

async function fillIn(file: string, name: string): Promise<void> {
  const text = await readFile(file, "utf8");
  const filled = text.replace(NAME_MARK, name).replace(MODULE_MARK, (_, wanted: string) => {
    const path = relative(dirname(file), fileURLToPath(import.meta.resolve(wanted)))
      .split(sep)
      .join("/")
      // Editors look for types, and a path that ends in .js keeps them from it.
      .replace(/\.js$/, ".d.ts");
    return path.startsWith(".") ? path : `./${path}`;
  });
  if (filled !== text) await writeFile(file, filled);
}
