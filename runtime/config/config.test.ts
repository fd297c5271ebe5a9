import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LIMIT_NAMES } from "@rockpool/protocol";
import { ConfigError, loadConfig } from "./config.ts";
import { flagHelp } from "./help.ts";
import { renderLimitsPage } from "./limitsPage.ts";
import { ALL_OPTIONS, flagOf, variableOf } from "./options.ts";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-config-"));
  writeFileSync(
    join(folder, "rockpool.config.json"),
    '{"port": 4000, "node": "from-file", "max": {"fuel": 20000}}',
  );
});
after(() => rmSync(folder, { recursive: true }));

const empty = { env: {}, folder: tmpdir() };
const flags = (values: Record<string, string>) => new Map(Object.entries(values));

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

test("without any source every option has its default", () => {
  const config = loadConfig(empty);
  assert.deepEqual([config.port, config.adminPort, config.shardPorts], [7777, 7780, 7800]);
  assert.equal(config.data, join(tmpdir(), ".rockpool"));
});

test("flags go before variables, variables before the file, the file before the defaults", () => {
  const env = { ROCKPOOL_PORT: "5000", ROCKPOOL_NODE: "from-env" };
  assert.equal(loadConfig({ flags: flags({ port: "6000" }), env, folder }).port, 6000);
  assert.equal(loadConfig({ env, folder }).port, 5000);
  assert.equal(loadConfig({ env: {}, folder }).port, 4000);
  assert.equal(loadConfig(empty).port, 7777);
});

test("a maximum can be set by flag, variable and file", () => {
  assert.equal(loadConfig({ ...empty, flags: flags({ "max.fuel": "30000" }) }).max.fuel, 30_000);
  assert.equal(loadConfig({ ...empty, env: { ROCKPOOL_MAX_MEMORY_PAGES: "9" } }).max.memoryPages, 9);
  assert.equal(loadConfig({ env: {}, folder }).max.fuel, 20_000);
});

test("an error names the option, its source and what is allowed", () => {
  const problem = 'port must be a whole number from 0 to 65535, not "x" (from the variable ROCKPOOL_PORT)';
  assert.deepEqual(
    problemsOf(() => loadConfig({ ...empty, env: { ROCKPOOL_PORT: "x" } })),
    [problem],
  );
});

test("all problems are reported at once", () => {
  const given = flags({ port: "-1", transport: "quic", "max.fuel": "1" });
  assert.equal(problemsOf(() => loadConfig({ ...empty, flags: given })).length, 3);
});

test("every whole number out of its range is refused, at both ends", () => {
  for (const [name, option] of ALL_OPTIONS) {
    const range = /^(\d+) … (\d+)$/.exec(option.kind.range);
    if (range === null) continue;
    assert.equal(option.kind.read(Number(range[1]) - 1), undefined, name);
    assert.equal(option.kind.read(Number(range[1])), Number(range[1]), name);
    assert.equal(option.kind.read(Number(range[2])), Number(range[2]), name);
    assert.equal(option.kind.read(Number(range[2]) + 1), undefined, name);
  }
});

test("text that JavaScript would take for a number is refused", () => {
  for (const port of ["", " ", "0x50", "1e3", "80.5", "Infinity"]) {
    assert.equal(problemsOf(() => loadConfig({ ...empty, flags: flags({ port }) })).length, 1, port);
  }
});

test("a misspelt field of the file is an error", () => {
  const file = join(folder, "misspelt.json");
  writeFileSync(file, '{"prot": 1, "max": {"feul": 2}}');
  const problems = problemsOf(() => loadConfig({ ...empty, file }));
  assert.deepEqual(
    problems.map((problem) => problem.split(" ")[0]),
    ["prot", "max.feul"],
  );
});

test("a file that is named must exist and be a JSON object", () => {
  assert.match(
    problemsOf(() => loadConfig({ ...empty, file: join(folder, "absent.json") }))[0]!,
    /cannot be read/,
  );
  const file = join(folder, "array.json");
  writeFileSync(file, "[]");
  assert.match(problemsOf(() => loadConfig({ ...empty, file }))[0]!, /must hold a JSON object/);
});

test("paths of the file are relative to the file, paths of flags to the current folder", () => {
  const file = join(folder, "paths.json");
  writeFileSync(file, '{"data": "here"}');
  assert.equal(loadConfig({ env: {}, folder: "/elsewhere", file }).data, join(folder, "here"));
  assert.equal(
    loadConfig({ env: {}, folder: "/elsewhere", flags: flags({ data: "x" }), file }).data,
    "/elsewhere/x",
  );
});

test("a certificate without its key is refused", () => {
  const problems = problemsOf(() => loadConfig({ ...empty, flags: flags({ tlsCert: "a.pem" }) }));
  assert.match(problems[0]!, /give tlsKey too/);
});

test("ports that would collide are refused", () => {
  const collide = (values: Record<string, string>) =>
    problemsOf(() => loadConfig({ ...empty, flags: flags(values) }));
  assert.match(collide({ port: "7780" })[0]!, /must differ/);
  assert.match(collide({ port: "7801", shards: "2" })[0]!, /lies among the shards' own ports/);
  assert.match(collide({ shardPorts: "65535", shards: "2" })[0]!, /at most 65534/);
});

test("lists come from commas or from an array", () => {
  const cors = ["https://a.example", "https://b.example:8443"];
  assert.deepEqual(loadConfig({ ...empty, env: { ROCKPOOL_CORS: cors.join(",") } }).cors, cors);
  const file = join(folder, "cors.json");
  writeFileSync(file, JSON.stringify({ cors }));
  assert.deepEqual(loadConfig({ ...empty, file }).cors, cors);
});

test("names of flags and variables derive from the option's name", () => {
  assert.deepEqual(
    [flagOf("shardPorts"), variableOf("shardPorts")],
    ["--shard-ports", "ROCKPOOL_SHARD_PORTS"],
  );
  assert.deepEqual([flagOf("max.fuel"), variableOf("max.fuel")], ["--max-fuel", "ROCKPOOL_MAX_FUEL"]);
});

test("help shows every option", () => {
  assert.deepEqual(
    flagHelp().map((help) => help.name),
    [...ALL_OPTIONS.keys()],
  );
});

test("docs/limits.md shows every option and limit as the code has it", () => {
  const page = readFileSync(new URL("../../../docs/limits.md", import.meta.url), "utf8");
  // Machine-dependent defaults are given in words, so the page is the same everywhere.
  assert.equal(page, renderLimitsPage(page), "run: node runtime/dist/config/limitsPage.js docs/limits.md");
  for (const name of [...ALL_OPTIONS.keys(), ...LIMIT_NAMES]) assert.ok(page.includes(`\`${name}\``), name);
});
