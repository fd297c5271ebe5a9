/**
 * A program that runs Node.js by a loader of its own. Under an explicit loader Node.js takes the loader for its
 * own program, and would start child processes with it: so every process is told what its program is.
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CLibrary } from "./cLibrary.ts";

/** Writes the program `node` into a folder and returns its path. */
export function runByLoader(node: string, { loader, libraries }: CLibrary, folder: string): string {
  const program = join(folder, "node");
  const preload = join(folder, "execPath.mjs");
  mkdirSync(folder, { recursive: true });
  writeFileSync(preload, `process.execPath = ${JSON.stringify(program)};\n`);
  const command = [loader, "--library-path", libraries, node, "--import", pathToFileURL(preload).href];
  writeFileSync(program, `#!/bin/sh\nexec ${command.map(quoted).join(" ")} "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
