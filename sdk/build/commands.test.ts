import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { copyOf, sampleFolder, temporaryFolder } from "./testfolder.ts";

const run = promisify(execFile);
const COMMANDS = new URL("./commands.js", import.meta.url).href;
/** A program with the toolchain's commands alone. */
const PROGRAM = `
  import { Command } from "commander";
  import { registerBuildCommands } from "${COMMANDS}";
  const program = new Command("rockpool");
  registerBuildCommands(program);
  await program.parseAsync(process.argv.slice(2), { from: "user" });
`;

function rockpool(cwd: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const loader = join(temporaryFolder(), "program.mjs");
  writeFileSync(loader, PROGRAM.replace('"commander"', JSON.stringify(import.meta.resolve("commander"))));
  return run(process.execPath, [loader, ...args], { cwd });
}

test("init makes a folder, and build writes its component where it says", async () => {
  const cwd = temporaryFolder();
  const made = await rockpool(cwd, "init", "reef");
  assert.match(made.stdout, /made reef from template room/);
  for (const file of ["rockpool.json", "README.md", ".gitignore", "page/main.ts"]) {
    assert.doesNotMatch(readFileSync(join(cwd, "reef", file), "utf8"), /\{\{/, file);
  }
  const built = await rockpool(cwd, "build", "reef");
  assert.match(
    built.stdout,
    /built reef \(room, page of 3 files\)[\s\S]*reef\/dist\/reef\.wasm[\s\S]*sha256:[0-9a-f]{64}/,
  );
  assert.match(built.stderr, /compiling/);
  assert.ok(existsSync(join(cwd, "reef/dist/reef.wasm")));
});

test("build --json prints one JSON object and nothing else", async () => {
  const folder = copyOf(sampleFolder("echo"));
  const { stdout, stderr } = await rockpool(folder, "build", "--json", "-o", "out/echo.wasm");
  const printed = JSON.parse(stdout);
  assert.equal(printed.bytes, readFileSync(join(folder, "out/echo.wasm")).length);
  assert.equal(stderr, "");
});

test("build exits with 1 and the reason when the component cannot be written", async () => {
  const folder = copyOf(sampleFolder("echo"));
  mkdirSync(join(folder, "taken"));
  await assert.rejects(rockpool(folder, "build", "-o", "taken"), {
    code: 1,
    stderr: /choose another with --output/,
  });
});

test("init refuses a folder that holds something, and a name that no function can have", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "full"));
  writeFileSync(join(cwd, "full/notes.txt"), "mine");
  await assert.rejects(rockpool(cwd, "init", "full"), { stderr: /full is not empty/ });
  await assert.rejects(rockpool(cwd, "init", "My_Game"), { stderr: /cannot name a function/ });
  assert.equal(existsSync(join(cwd, "My_Game")), false);
});
