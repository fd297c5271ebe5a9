/** A function's folder in, a component out. The same files give the same bytes, so a digest names a version. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Manifest } from "@rockpool/protocol";
import { callbackWarnings } from "./callbackNames.ts";
import { addSections, readComponent, toComponent } from "./component.ts";
import { checkCore } from "./corecheck.ts";
import { toWorldModule } from "./coremodule.ts";
import { BuildError, type Diagnostic } from "./errors.ts";
import { type FunctionFolder, readFolder } from "./folder.ts";
import { Inputs } from "./inputs.ts";
import { compileFunction, languageOf } from "./language.ts";
import { type MessageModules, readMessages, refreshMessages } from "./messages.ts";
import { buildPage, type Page } from "./page.ts";

export type BuildStep = "compile" | "page" | "component";

export interface BuildOptions {
  /** Told before each step, for progress. */
  onStep?: (step: BuildStep) => void;
  /** A component that other tools made of world game-room or game-call: it gets manifest and page, and no source is compiled. */
  component?: string;
}

export interface BuildResult {
  manifest: Manifest;
  /** What `deploy` uploads; manifest and page are inside. */
  component: Uint8Array;
  /** `sha256:` and 64 hex digits, of the component. */
  digest: string;
  /** The page that is inside, or null. */
  page: Page | null;
  /** What compiles and is hardly meant. */
  warnings: Diagnostic[];
  /** Absolute paths of the files that the build read, the SDK's among them, sorted: what to watch. */
  inputs: string[];
  /** Wall time in milliseconds. */
  elapsedMs: number;
}

/** Builds the function in `folder` (an absolute path, or relative to the working directory). Throws BuildError. */
export async function buildFunction(folder: string, options: BuildOptions = {}): Promise<BuildResult> {
  const started = performance.now();
  const inputs = new Inputs();
  try {
    const source = await readFolder(resolve(folder), inputs);
    const messages = await readMessages(source, inputs);
    await refreshMessages(source, messages);
    const bare =
      options.component === undefined
        ? await compileComponent(source, inputs, messages, options)
        : await readComponent(resolve(options.component), inputs);
    options.onStep?.("page");
    const page = await buildPage(source.path, inputs, messages);
    const component = addSections(bare, source, page);
    return {
      manifest: source.manifest,
      component,
      digest: `sha256:${createHash("sha256").update(component).digest("hex")}`,
      page,
      warnings: await callbackWarnings(source, inputs.list()),
      inputs: inputs.list(),
      elapsedMs: performance.now() - started,
    };
  } catch (error) {
    if (error instanceof BuildError) error.inputs = inputs.list();
    throw error;
  }
}

async function compileComponent(
  source: FunctionFolder,
  inputs: Inputs,
  messages: MessageModules | null,
  options: BuildOptions,
): Promise<Uint8Array> {
  options.onStep?.("compile");
  const core = toWorldModule(await compileFunction(source, inputs, messages));
  await checkCore(core, await languageOf(source.path));
  options.onStep?.("component");
  return toComponent(core, source, inputs);
}
