/** Runs the test file that hangs, with little patience, and prints what came of it. */
import { fileURLToPath } from "node:url";
import { wholeRun } from "./wholeRun.ts";

const hanging = fileURLToPath(new URL("./hanging.fixture.js", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));
const result = await wholeRun([hanging], { root, fileTimeoutMs: 2000 });
process.stdout.write(`\nRESULT ${JSON.stringify(result)}\n`);
