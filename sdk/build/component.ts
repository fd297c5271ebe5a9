/** Core module to component: jco embeds the world and wraps, then manifest and page ride along as custom sections. */
import { fileURLToPath } from "node:url";
import { MANIFEST_SECTION, PAGE_SECTION } from "@rockpool/protocol";
import { customSection } from "./coremodule.ts";
import { BuildError } from "./errors.ts";
import type { FunctionFolder } from "./folder.ts";
import type { Inputs } from "./inputs.ts";
import type { Page } from "./page.ts";

const WORLDS = { room: "game-room", call: "game-call" } as const;

/** Throws BuildError `component` when the module does not fit the world. */
export async function toComponent(
  core: Uint8Array,
  folder: FunctionFolder,
  inputs: Inputs,
): Promise<Uint8Array> {
  const witFile = fileURLToPath(import.meta.resolve("@rockpool/wit/world.wit"));
  const witSource = await inputs.readText(witFile);
  if (witSource === null)
    throw new BuildError("component", `${witFile} is gone; install @rockpool/wit again`);
  // Loaded on first use, as the compiler is.
  const { componentEmbed, componentNew } = await import("@bytecodealliance/jco");
  const world = WORLDS[folder.manifest.kind];
  try {
    return await componentNew(await componentEmbed({ binary: core, witSource, world }), []);
  } catch (error) {
    throw new BuildError("component", `the module does not fit world ${world}: ${reason(error)}`);
  }
}

/** A component that other tools made. Throws BuildError `folder` when there is none. */
export async function readComponent(file: string, inputs: Inputs): Promise<Uint8Array> {
  const component = await inputs.readBytes(file);
  if (component === null)
    throw new BuildError("folder", `${file} is not there; name a component with --component`);
  return component;
}

/** The component with the folder's manifest and page inside. */
export function addSections(component: Uint8Array, folder: FunctionFolder, page: Page | null): Uint8Array {
  const sections = [customSection(MANIFEST_SECTION, Buffer.from(folder.manifestText))];
  if (page !== null) sections.push(customSection(PAGE_SECTION, Buffer.from(pageJson(page))));
  return Buffer.concat([component, ...sections]);
}

/** jco throws strings, errors, and errors whose payload holds the text. */
function reason(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : JSON.stringify(error);
}

function pageJson(page: Page): string {
  const paths = [...page.keys()].sort();
  return JSON.stringify(
    Object.fromEntries(paths.map((path) => [path, Buffer.from(page.get(path)!).toString("base64")])),
  );
}
