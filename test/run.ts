/**
 * `node test/dist/run.js [PART]`: runs every test of the repository, or those whose path contains PART. The exit
 * code is 1 when a test failed, when none ran, or when something was left behind.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { leftFiles, leftProcesses, RUN_VARIABLE } from "./runner/leftovers.ts";
import { runFiles } from "./runner/runFiles.ts";
import { findTestFiles } from "./runner/testFiles.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PREPARE = fileURLToPath(new URL("./runner/prepare.js", import.meta.url));

function fail(message: string): void {
  process.stdout.write(`\n${message}\n`);
  process.exitCode = 1;
}

const part = process.argv[2] ?? "";
const files = findTestFiles(ROOT).filter((file) => relative(ROOT, file).includes(part));
// A folder of its own for everything temporary, so that what is left in it at the end was left by a test.
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "rockpool-test-")));
process.env.TMPDIR = temporary;
process.env[RUN_VARIABLE] = temporary;
try {
  process.stdout.write(`${files.length} test files on Node.js ${process.version}\n`);
  // Test files run at the same time, and would build the same components at the same time.
  execFileSync(process.execPath, [PREPARE], { stdio: "inherit" });
  const { passed, failed } = await runFiles(files, ROOT);
  if (failed > 0 || passed === 0) process.exitCode = 1;
  if (passed === 0) fail(`no test ran: no path contains "${part}", or all were skipped`);
  const processes = await leftProcesses(temporary, ROOT);
  if (processes.length > 0) fail(`the tests left processes behind:\n${processes.join("\n")}`);
  const left = leftFiles(temporary);
  if (left.length > 0) fail(`the tests left files behind in the temporary folder:\n${left.join("\n")}`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
