/** In which language a function is written: its sources' folder says it, `assembly/` or `c/`. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { C_FOLDER, compileC, hasC } from "./clang.ts";
import { compile } from "./compile.ts";
import { BuildError } from "./errors.ts";
import { type FunctionFolder, SOURCE_FILE } from "./folder.ts";
import type { Inputs } from "./inputs.ts";
import type { MessageModules } from "./messages.ts";

export const LANGUAGES = ["assemblyscript", "c"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a folder. Throws BuildError `folder` when there is none, or when there are two. */
export async function languageOf(path: string): Promise<Language> {
  const assembly = await access(join(path, SOURCE_FILE)).then(
    () => true,
    () => false,
  );
  const c = await hasC(path);
  if (assembly && c) {
    throw new BuildError(
      "folder",
      `${path} has both ${SOURCE_FILE} and C sources in ${C_FOLDER}/; a function is written in one language: move one away`,
    );
  }
  if (!assembly && !c) {
    throw new BuildError("folder", `${path} has neither ${SOURCE_FILE} nor C sources in ${C_FOLDER}/`);
  }
  return c ? "c" : "assemblyscript";
}

/** The core module of a function in any language. Throws BuildError `compile` or `folder`. */
export async function compileFunction(
  folder: FunctionFolder,
  inputs: Inputs,
  messages: MessageModules | null,
): Promise<Uint8Array> {
  const language = await languageOf(folder.path);
  return language === "c" ? compileC(folder, inputs) : compile(folder, inputs, messages);
}
