/** The commands `init`, `build` and `messages`, for the command line of the runtime to add when the toolchain is installed. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { type Command, Option } from "commander";
import { type BuildStep, buildFunction } from "./build.ts";
import { BuildError, formatDiagnostic } from "./errors.ts";
import { initFunction, TEMPLATES, type Template } from "./init.ts";
import { LANGUAGES, type Language } from "./language.ts";
import { SCHEMA_FILE, writeMessages } from "./messages.ts";

/** Adds `init`, `build` and `messages` to `program`. Their actions reject with BuildError, whose message is for the developer. */
export function registerBuildCommands(program: Command): void {
  program
    .command("init")
    .description("make a new function folder, which builds and runs untouched")
    .argument("<folder>", "the new folder; its last part names the function")
    .addOption(new Option("--template <name>", "what to start from").choices(TEMPLATES).default("room"))
    .addOption(new Option("--lang <name>", "the language").choices(LANGUAGES).default("assemblyscript"))
    .option("--json", "print the result as JSON")
    .action(init);
  program
    .command("build")
    .description("compile a function folder to a WebAssembly component")
    .argument("[folder]", "the function's folder", ".")
    .option("--component <file>", "add manifest and page to a component of other tools, and compile nothing")
    .option("-o, --output <file>", "where to write the component (default: <folder>/dist/<name>.wasm)")
    .option("--json", "print the result as JSON")
    .action(build);
  program
    .command("messages")
    .description(
      "write the modules made of messages.rock beside the sources, for an editor; builds need none",
    )
    .argument("[folders...]", "folders of functions", ["."])
    .option("--json", "print the result as JSON")
    .action(messages);
}

async function init(
  folder: string,
  options: { template: Template; lang: Language; json?: boolean },
): Promise<void> {
  const { template, lang: language } = options;
  const files = await initFunction(folder, { template, language });
  if (options.json) {
    print(JSON.stringify({ folder: resolve(folder), template, language, files }));
    return;
  }
  print(`made ${folder} from template ${options.template}:`);
  for (const file of files) print(`  ${file}`);
  print(`next: rockpool dev ${folder}`);
}

async function build(
  folder: string,
  options: { component?: string; output?: string; json?: boolean },
): Promise<void> {
  const onStep = (step: BuildStep): void => {
    // A build takes seconds, and the compiler does not come up for air: so each step says that it starts.
    process.stderr.write(`${STEP_TEXT[step]}\n`);
  };
  const { component } = options;
  const built = await buildFunction(folder, {
    ...(options.json ? {} : { onStep }),
    ...(component === undefined ? {} : { component }),
  });
  for (const warning of built.warnings)
    process.stderr.write(`warning:${formatDiagnostic(warning).slice(1)}\n`);
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

async function messages(folders: string[], options: { json?: boolean }): Promise<void> {
  const files: string[] = [];
  for (const folder of folders) files.push(...(await writeMessages(folder)));
  if (options.json) print(JSON.stringify({ files }));
  else if (files.length === 0) print(`nothing to write: no ${SCHEMA_FILE} in ${folders.join(", ")}`);
  else for (const file of files) print(`wrote ${relative(process.cwd(), file)}`);
}

const STEP_TEXT: Record<BuildStep, string> = {
  compile: "compiling …",
  page: "bundling the page …",
  component: "making the component …",
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
