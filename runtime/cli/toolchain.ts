/**
 * The toolchain, when it is installed. The runtime does not depend on it: an edge box runs components that were
 * built elsewhere. So it is looked up by name when a command needs it, beside this package and then in the
 * current folder's packages, and this file states what is expected of it.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { CommandFailure } from "./failure.ts";
import { harmless } from "./output.ts";

/** What `@rockpool/build` exports, as far as the commands use it. */
export interface Toolchain {
  /** Builds the function in `folder`. Rejects with a {@link FaultySource} when its developer has made a mistake. */
  buildFunction(folder: string): Promise<BuiltFunction>;
}

export interface BuiltFunction {
  component: Uint8Array;
  manifest: { name: string };
  /** The page inside, or null. */
  page: unknown;
  /** What compiles and is hardly meant; paths are relative to the folder. */
  warnings: readonly { file: string; line: number; column: number; message: string }[];
  /** Absolute paths of all files that the build read. */
  inputs: readonly string[];
}

/** A line for each warning of a build. */
export function warningLines({ warnings }: BuiltFunction): string[] {
  return warnings.map(
    ({ file, line, column, message }) => `warning: ${harmless(`${file}:${line}:${column}: ${message}`)}`,
  );
}

/** An error of the toolchain whose message is meant for the function's developer. */
export interface FaultySource extends Error {
  name: "BuildError";
  /** What the build read until then: to watch for the repair. */
  inputs: readonly string[];
}

export function isFaultySource(error: unknown): error is FaultySource {
  return error instanceof Error && error.name === "BuildError";
}

interface ToolchainCommands {
  registerBuildCommands(program: Command): void;
}

const PACKAGE = "@rockpool/build";

/** File URL of a module of the toolchain, or null when it is not installed. */
export function findToolchain(module: "" | "/commands" = ""): string | null {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "package.json"))]) {
    try {
      return pathToFileURL(createRequire(from).resolve(`${PACKAGE}${module}`)).href;
    } catch {
      // Not installed there; the next place may have it.
    }
  }
  return null;
}

/**
 * Loads the toolchain.
 * @throws CommandFailure `no-toolchain` when it is not installed
 */
export async function loadToolchain(): Promise<Toolchain> {
  const url = findToolchain();
  if (url === null) throw noToolchain("building functions");
  return (await import(url)) as Toolchain;
}

/** Adds the toolchain's own commands (`init`, `build`), or commands of these names that say what is missing. */
export async function registerToolchainCommands(program: Command): Promise<void> {
  const url = findToolchain("/commands");
  if (url !== null) {
    ((await import(url)) as ToolchainCommands).registerBuildCommands(program);
    return;
  }
  for (const name of ["init", "build"]) {
    program
      .command(name)
      .description(`needs the toolchain, which is not installed (npm install ${PACKAGE})`)
      .argument("[anything...]")
      .allowUnknownOption()
      .action(() => {
        throw noToolchain(`"rockpool ${name}"`);
      });
  }
}

function noToolchain(what: string): CommandFailure {
  return new CommandFailure(
    "no-toolchain",
    `${what} needs the package ${PACKAGE}, which is not installed`,
    `run "npm install ${PACKAGE}", or build elsewhere and use "rockpool deploy FILE"`,
  );
}
