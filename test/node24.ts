/**
 * `npm run test:node24`: runs the tests on Node.js 24. It comes from npm; where this machine's C library is too
 * old for uWebSockets.js' binary for it, Debian 13's is unpacked into a folder and Node.js is run by its loader.
 * Nothing is installed on the machine: everything lies in .cache/node24, and is taken from there the next time.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasCLibrary, unpackCLibrary } from "./node24/cLibrary.ts";
import { Impossible } from "./node24/impossible.ts";
import { installNode } from "./node24/install.ts";
import { runByLoader } from "./node24/loader.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CACHE = join(ROOT, ".cache", "node24");
/** What the binary of uWebSockets.js for Node.js 22 and newer is linked against. */
const GLIBC = [2, 38] as const;

/** A program that is Node.js 24 and loads the binary. */
function prepare(): string {
  if (process.platform !== "linux")
    throw new Impossible("it is made for Linux: run `npm test` with Node.js 24 instead");
  const installed = installNode(24, join(CACHE, "npm"));
  if (hasCLibrary(GLIBC)) return installed;
  return runByLoader(installed, unpackCLibrary(join(CACHE, "trixie")), join(CACHE, "bin"));
}

try {
  const node = prepare();
  // First in the path, for what starts "node" by its name.
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  const { status } = spawnSync(node, [join(ROOT, "test/dist/run.js"), ...process.argv.slice(2)], {
    stdio: "inherit",
    env,
  });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof Impossible)) throw error;
  process.stderr.write(`The tests cannot run on Node.js 24 here: ${error.message}\n`);
  process.exitCode = 1;
}
