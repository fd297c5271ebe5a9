/** A schema's TypeScript side as a running module, for programs that have no bundler: bots, tests, benchmarks. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateTypeScript, parseSchema, type Schema } from "@rockpool/messages";
import { SCHEMA_FILE } from "./messages.ts";

/** `encodeX` and `decodeX` for every record and union X. */
export type MessagesModule = Record<`encode${string}`, (value: unknown) => Uint8Array> &
  Record<`decode${string}`, (bytes: Uint8Array) => unknown>;

/** The messages of the function in `folder`. Throws SchemaError. */
export async function loadMessages(folder: string): Promise<MessagesModule> {
  return importMessages(parseSchema(await readFile(join(folder, SCHEMA_FILE), "utf8")));
}

export async function importMessages(schema: Schema): Promise<MessagesModule> {
  const { build } = await import("esbuild");
  const result = await build({
    stdin: {
      contents: generateTypeScript(schema, 0),
      loader: "ts",
      // "@rockpool/messages/wire" is found from here, as for pages.
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  const code = Buffer.from(result.outputFiles[0]!.contents).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}
