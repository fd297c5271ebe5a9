/**
 * Writes dist/rockpool.min.js: the browser entry as one ES module, for pages without a build step. Fails
 * when it outgrows what a game page should pay for its connection.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const MAX_GZIPPED_BYTES = 6 * 1024;

const outfile = fileURLToPath(new URL("./rockpool.min.js", import.meta.url));
await build({
  entryPoints: [fileURLToPath(new URL("./index.js", import.meta.url))],
  outfile,
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
});
const code = await readFile(outfile);
const gzipped = gzipSync(code, { level: 9 }).length;
console.log(`rockpool.min.js: ${code.length} bytes, ${gzipped} gzipped (limit ${MAX_GZIPPED_BYTES})`);
if (gzipped > MAX_GZIPPED_BYTES) {
  console.error(
    "The client bundle is over its limit: remove something, or move it out of the browser entry.",
  );
  process.exitCode = 1;
}
