/** The commands `init` and `build`, for the command line of the runtime to add when the toolchain is installed. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { type Command, Option } from "commander";
import { type BuildStep, buildFunction } from "./build.ts";
import { BuildError } from "./errors.ts";
import { initFunction, TEMPLATES, type Template } from "./init.ts";

/** Adds `init` and `build` to `program`. Their actions reject with BuildError, whose message is for the developer. */
export function registerBuildCommands(program: Command): void {
  program
    .command("init")
    .description("make a new function folder, which builds and runs untouched")
    .argument("<folder>", "the new folder; its last part names the function")
    .addOption(new Option("--template <name>", "what to start from").choices(TEMPLATES).default("room"))
    .option("--json", "print the result as JSON")
    .action(init);
  program
    .command("build")
    .description("compile a function folder to a WebAssembly component")
    .argument("[folder]", "the function's folder", ".")
    .option("-o, --output <file>", "where to write the component (default: <folder>/dist/<name>.wasm)")
    .option("--json", "print the result as JSON")
    .action(build);
}

async function init(folder: string, options: { template: Template; json?: boolean }): Promise<void> {
  const files = await initFunction(folder, { template: options.template });
  if (options.json) {
    print(JSON.stringify({ folder: resolve(folder), template: options.template, files }));
    return;
  }
  print(`made ${folder} from template ${options.template}:`);
  for (const file of files) print(`  ${file}`);
  print(`next: rockpool dev ${folder}`);
}

async function build(folder: string, options: { output?: string; json?: boolean }): Promise<void> {
  const onStep = (step: BuildStep): void => {
    // A build takes seconds, and the compiler does not come up for air: so each step says that it starts.
    process.stderr.write(`${STEP_TEXT[step]}\n`);
  };
  const built = await buildFunction(folder, options.json ? {} : { onStep });
  const file = resolve(options.output ?? join(folder, "dist", `${built.manifest.name}.wasm`));
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, built.component);
  } catch (error) {
    throw new BuildError(
      "folder",
      `cannot write ${file}: ${(error as Error).message}; choose another with --output`,
    );
  }
  const { name, kind } = built.manifest;
  const bytes = built.component.length;
  const elapsedMs = Math.round(built.elapsedMs);
  if (options.json) {
    print(
      JSON.stringify({ name, kind, file, bytes, digest: built.digest, elapsedMs, page: built.page !== null }),
    );
    return;
  }
  const page = built.page === null ? "no page" : `page of ${built.page.size} files`;
  print(`built ${name} (${kind}, ${page}) in ${(elapsedMs / 1000).toFixed(1)} s`);
  print(`  ${relative(process.cwd(), file) || file}  ${(bytes / 1024).toFixed(1)} KiB`);
  print(`  ${built.digest}`);
}

const STEP_TEXT: Record<BuildStep, string> = {
  compile: "compiling …",
  page: "bundling the page …",
  component: "making the component …",
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
