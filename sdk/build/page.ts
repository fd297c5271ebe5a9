/**
 * A function's page: `page/main.ts` bundled to `main.js` with the client SDK, everything else as it is. The SDK is
 * resolved from the toolchain, so the folder needs no node_modules.
 */
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Message, Plugin } from "esbuild";
import { BuildError, type Diagnostic } from "./errors.ts";
import type { Inputs } from "./inputs.ts";
import { type MessageModules, PAGE_MESSAGES } from "./messages.ts";

/** Path (`index.html`) → file. */
export type Page = Map<string, Uint8Array>;

const PAGE_FOLDER = "page";
const SCRIPT = "main.ts";

/** The page of the function in `folder`, or null when it has none. Throws BuildError `page`. */
export async function buildPage(
  folder: string,
  inputs: Inputs,
  messages: MessageModules | null,
): Promise<Page | null> {
  const root = join(folder, PAGE_FOLDER);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === "ENOENT") return null;
    throw new BuildError("page", `${root} cannot be read: ${error.message}`);
  });
  if (entries === null) return null;
  const page: Page = new Map();
  let script = false;
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(root, file).split(sep).join("/");
    if (path === SCRIPT) script = true;
    if (!entry.isFile() || !isServed(path)) continue;
    const bytes = await inputs.readBytes(file);
    if (bytes !== null) page.set(path, bytes);
  }
  inputs.add(join(root, "index.html"));
  if (!page.has("index.html")) {
    throw new BuildError("page", `${PAGE_FOLDER}/ has no index.html; add one, or remove the folder`);
  }
  if (script) page.set("main.js", await bundle(folder, inputs, messages));
  return page;
}

/** Sources, their settings and hidden files stay at home. */
function isServed(path: string): boolean {
  return (
    !path.endsWith(".ts") &&
    !path.endsWith("tsconfig.json") &&
    !path.split("/").some((part) => part.startsWith("."))
  );
}

async function bundle(folder: string, inputs: Inputs, messages: MessageModules | null): Promise<Uint8Array> {
  inputs.add(join(folder, PAGE_FOLDER, SCRIPT));
  const { build } = await import("esbuild");
  try {
    const result = await build({
      absWorkingDir: folder,
      entryPoints: [`${PAGE_FOLDER}/${SCRIPT}`],
      outfile: "main.js",
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      logLevel: "silent",
      // A tsconfig.json is for editors; what is built must not depend on where the toolchain lies.
      tsconfigRaw: {},
      plugins: messages === null ? [fromToolchain] : [fromToolchain, generated(folder, messages.page)],
    });
    for (const input of Object.keys(result.metafile.inputs)) {
      if (!input.startsWith(`${GENERATED}:`)) inputs.add(join(folder, input));
    }
    return result.outputFiles[0]!.contents;
  } catch (error) {
    const errors = (error as { errors?: Message[] }).errors;
    if (errors === undefined) throw error;
    throw new BuildError("page", "the page does not bundle:", errors.map(toDiagnostic));
  }
}

function toDiagnostic(message: Message): Diagnostic {
  const { file = `${PAGE_FOLDER}/${SCRIPT}`, line = 0, column = -1 } = message.location ?? {};
  return { file, line, column: column + 1, message: message.text, hint: null };
}

const RESOLVED = Symbol("resolved from the toolchain");

const fromToolchain: Plugin = {
  name: "rockpool-client",
  setup(build) {
    const resolveDir = fileURLToPath(new URL(".", import.meta.url));
    build.onResolve({ filter: /^@rockpool\// }, (args) => {
      if (args.pluginData === RESOLVED) return undefined;
      return build.resolve(args.path, { resolveDir, kind: args.kind, pluginData: RESOLVED });
    });
  },
};

/** esbuild's namespace of what is made in memory. */
const GENERATED = "rockpool-generated";

/** Puts the generated module in the place of page/messages.ts, whether that is there or not. */
function generated(folder: string, contents: string): Plugin {
  const file = join(folder, PAGE_MESSAGES);
  return {
    name: "rockpool-messages",
    setup(build) {
      build.onResolve({ filter: /(^|\/)messages(\.[jt]s)?$/ }, (args) => {
        const wanted = join(args.resolveDir, args.path).replace(/(\.[jt]s)?$/, ".ts");
        return wanted === file ? { path: PAGE_MESSAGES, namespace: GENERATED } : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: GENERATED }, () => ({
        contents,
        loader: "ts",
        resolveDir: folder,
      }));
    },
  };
}
