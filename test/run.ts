/**
 * `node test/dist/run.js [PART …]`: runs every test of the repository, or those whose path contains one of the parts.
 * The exit code is 1 when a test failed, when none ran, or when something was left behind; 2 at a wrong command line.
 */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isChosen, pathParts } from "./runner/chosen.ts";
import { findTestFiles } from "./runner/testFiles.ts";
import { wholeRun } from "./runner/wholeRun.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PREPARE = fileURLToPath(new URL("./runner/prepare.js", import.meta.url));
const FILE_TIMEOUT_MS = 300_000;

async function main(parts: readonly string[]): Promise<void> {
  const files = findTestFiles(ROOT).filter((file) => isChosen(relative(ROOT, file), parts));
  const options = { root: ROOT, prepare: PREPARE, fileTimeoutMs: FILE_TIMEOUT_MS };
  const { passed, failed, wrong } = await wholeRun(files, options);
  if (passed === 0) wrong.push(`no test ran: no path contains ${parts.join(" or ")}, or all were skipped`);
  for (const text of wrong) process.stdout.write(`\n${text}\n`);
  if (failed > 0 || wrong.length > 0) process.exitCode = 1;
}

try {
  await main(pathParts(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
