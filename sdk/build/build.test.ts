import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { componentWit, transpile } from "@bytecodealliance/jco";
import { MANIFEST_SECTION, PAGE_SECTION } from "@rockpool/protocol";
import { type BuildResult, buildFunction } from "./build.ts";
import { initFunction, TEMPLATES } from "./init.ts";
import { copyOf, folderWith, sampleFolder, temporaryFolder } from "./testfolder.ts";

/** The component's own custom sections by name (Component Model, Binary.md). */
function customSections(component: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(component);
  let at = 8;
  const u32 = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  const sections = new Map<string, Buffer>();
  while (at < bytes.length) {
    const id = bytes[at++]!;
    const end = u32() + at;
    if (id === 0) {
      const length = u32();
      sections.set(bytes.toString("utf8", at, at + length), bytes.subarray(at + length, end));
    }
    at = end;
  }
  return sections;
}

async function assertTargets(built: BuildResult, line: string): Promise<void> {
  assert.ok((await componentWit(built.component)).includes(line));
}

const ROOM_EXPORT = "export rockpool:game/room@0.1.0;";
const CALL_EXPORT = "export handle: func(request: list<u8>) -> result<list<u8>, string>;";

for (const [name, line] of [
  ["echo", ROOM_EXPORT],
  ["tictactoe", ROOM_EXPORT],
  ["score", CALL_EXPORT],
] as const) {
  test(`sample ${name} builds to a component whose WIT jco reads back`, async () => {
    await assertTargets(await buildFunction(sampleFolder(name)), line);
  });
}

for (const template of TEMPLATES) {
  test(`a new folder from template ${template} builds untouched`, async () => {
    const folder = join(temporaryFolder(), "my-game");
    await initFunction(folder, { template });
    const built = await buildFunction(folder);
    assert.equal(built.manifest.name, "my-game");
    assert.equal(built.page?.has("main.js") ?? false, template !== "call");
    await assertTargets(built, template === "call" ? CALL_EXPORT : ROOM_EXPORT);
  });
}

test("manifest and page travel in custom sections", async () => {
  const built = await buildFunction(sampleFolder("echo"));
  const sections = customSections(built.component);
  const manifest = readFileSync(join(sampleFolder("echo"), "rockpool.json"), "utf8");
  assert.equal(sections.get(MANIFEST_SECTION)!.toString(), manifest);
  const page = JSON.parse(sections.get(PAGE_SECTION)!.toString()) as Record<string, string>;
  assert.deepEqual(Object.keys(page), ["index.html", "main.js", "style.css"]);
  const html = readFileSync(join(sampleFolder("echo"), "page/index.html"), "utf8");
  assert.equal(Buffer.from(page["index.html"]!, "base64").toString(), html);
});

test("the same files give the same bytes, wherever they lie, and another file gives others", async () => {
  const copy = copyOf(sampleFolder("echo"));
  const [first, second] = [await buildFunction(sampleFolder("echo")), await buildFunction(copy)];
  assert.equal(first.digest, second.digest);
  appendFileSync(join(copy, "page/style.css"), "\n");
  assert.notEqual((await buildFunction(copy)).digest, first.digest);
});

test("builds at the same time do not disturb each other", async () => {
  const names = ["echo", "score", "tictactoe"];
  const together = await Promise.all(names.map((name) => buildFunction(sampleFolder(name))));
  for (const [i, name] of names.entries()) {
    assert.equal(together[i]!.digest, (await buildFunction(sampleFolder(name))).digest);
  }
});

test("the inputs are the folder's files and the SDK's, not what is never read", async () => {
  const folder = copyOf(sampleFolder("echo"));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist/old.wasm"), "");
  const { inputs } = await buildFunction(folder);
  for (const file of ["rockpool.json", "assembly/index.ts", "page/main.ts", "page/index.html"]) {
    assert.ok(inputs.includes(join(folder, file)), file);
  }
  assert.ok(inputs.some((file) => file.endsWith(join("assembly", "room.ts"))));
  assert.ok(!inputs.some((file) => file.endsWith("old.wasm")));
});

test("a developer's asconfig.json and tsconfig.json change nothing", async () => {
  const folder = copyOf(sampleFolder("echo"));
  const plain = await buildFunction(folder);
  writeFileSync(join(folder, "asconfig.json"), '{"options":{"runtime":"stub","optimizeLevel":0}}');
  writeFileSync(join(folder, "page/tsconfig.json"), '{"extends":"./missing.json"}');
  assert.equal((await buildFunction(folder)).digest, plain.digest);
});

test("a folder without a page makes a component without one", async () => {
  const folder = copyOf(sampleFolder("echo"));
  rmSync(join(folder, "page"), { recursive: true });
  const built = await buildFunction(folder);
  assert.equal(built.page, null);
  assert.equal(customSections(built.component).has(PAGE_SECTION), false);
});

test("echo answers under the code that jco makes of it, as under the runtime's own binder", async () => {
  const { component } = await buildFunction(sampleFolder("echo"));
  const { files } = await transpile(component, { name: "echo", instantiation: "sync" });
  const folder = folderWith({ "package.json": '{"type":"module"}' });
  for (const [path, bytes] of Object.entries(files)) {
    if (!/\.(js|wasm)$/.test(path)) continue;
    writeFileSync(join(folder, path), bytes);
  }
  const { instantiate } = await import(pathToFileURL(join(folder, "echo.js")).href);
  const sent: [number, Uint8Array][] = [];
  const host = { send: (to: number, data: Uint8Array) => sent.push([to, data]), log: () => undefined };
  const root = instantiate((path: string) => new WebAssembly.Module(readFileSync(join(folder, path))), {
    "rockpool:game/host": host,
    "rockpool:game/host@0.1.0": host,
  });
  const room = root.room ?? root["rockpool:game/room@0.1.0"];
  room.create(new Uint8Array());
  room.join(7, [["sub", "ada"]]);
  room.message(7, Uint8Array.of(1, 2, 3));
  assert.deepEqual(sent, [[7, Uint8Array.of(1, 2, 3)]]);
  assert.throws(() => room.save(), /this room has no onSave|ComponentError/);
});
