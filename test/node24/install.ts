/** Node.js from npm: the package for this platform holds the program and nothing that must be run to get it. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Impossible, mustRun } from "./impossible.ts";

/** Installs the newest release of a major version into a folder, unless one is there; its program. */
export function installNode(major: number, folder: string): string {
  const name = `node-${process.platform}-${process.arch}`;
  const program = join(folder, "node_modules", name, "bin", "node");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    // Without a package.json of its own npm would look for one further up, and find this repository's.
    writeFileSync(join(folder, "package.json"), '{"private": true}\n');
    const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
    mustRun("npm", ["install", "--prefix", folder, ...quiet, `${name}@${major}`], folder);
  }
  if (!existsSync(program)) throw new Impossible(`the npm package ${name}@${major} holds no program`);
  return program;
}
