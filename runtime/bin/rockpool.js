#!/usr/bin/env node
// npm links a command when it installs, and only if its file is there: before the first build, dist/ is not.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('rockpool: this clone is not built yet: run "npm run build" in it\n');
  process.exitCode = 1;
}
