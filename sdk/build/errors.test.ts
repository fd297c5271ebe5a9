import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { buildFunction } from "./build.ts";
import { BuildError } from "./errors.ts";
import { copyOf, folderWith, roomFolder, sampleFolder, temporaryFolder } from "./testfolder.ts";

async function failure(folder: string): Promise<BuildError> {
  const error = await buildFunction(folder).then(
    () => assert.fail("it was built"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof BuildError, String(error));
  return error;
}

/** A room whose onMessage has this body, on line 5. */
function roomWith(body: string): string {
  return roomFolder(
    [
      'import { Reader, Room } from "@rockpool/assembly";',
      "",
      "export default class Game extends Room {",
      "  onMessage(player: u32, message: Reader): void {",
      body,
      "  }",
      "}",
    ].join("\n"),
  );
}

describe("what AssemblyScript lacks gets its place and a hint:", () => {
  const cases: [string, string, RegExp][] = [
    ["for…of", "for (const one of this.players()) this.kick(one, '');", /no for…of/],
    ["for…in", "for (const key in [1]) this.end();", /no for…in/],
    ["this in a function", "this.players().forEach((one) => { this.kick(one, ''); });", /no `this`/],
    [
      "closures",
      "const why = message.text(); this.players().forEach((one) => { console.log(why); });",
      /variables around it/,
    ],
    ["try/catch", "try { this.end(); } catch (error) {}", /no try\/catch/],
    ["any", "const x: any = 1;", /every value has a type/],
    ["union types", "let x: string | Reader = message;", /no union types/],
    ["nullable numbers", "let x: i32 | null = null;", /cannot be null/],
    ["async", "await this.end();", /synchronous/],
    ["regular expressions", "const r = /a+/;", /no regular expressions/],
    ["object spread", "const b = { ...message };", /no object spread/],
    ["array spread", "const b = [...this.players()];", /no spread/],
    ["object literals", "const b = { x: 1 };", /no object literals/],
    ["destructuring", "const [a, b] = this.players();", /no destructuring/],
    ["optional chaining", "const a = this.get('x')?.u8();", /no `\?\.`/],
    ["nullish coalescing", "const a = this.get('x') ?? message;", /no `\?\?`/],
    ["undefined", "let x = undefined;", /use null/],
    ["JSON", "this.log(JSON.stringify(player));", /no JSON/],
    ["setTimeout", "setTimeout(() => {}, 100);", /this\.setTimer/],
    ["implicit conversions", "this.setTimer(1, this.nowMs());", /<u8>value/],
    ["unchecked nulls", "const x: Reader = this.get('x');", /may be null/],
    ["tuples", "let x: [i32, i32];", /no tuples/],
  ];
  for (const [what, body, hint] of cases) {
    test(what, async () => {
      const error = await failure(roomWith(body));
      assert.equal(error.code, "compile");
      const [first] = error.diagnostics;
      assert.deepEqual([first!.file, first!.line], ["assembly/index.ts", 5]);
      assert.match(first!.hint ?? `none for: ${first!.message}`, hint);
    });
  }
});

test("an error is printed as file:line:column, with the hint below", async () => {
  const { message } = await failure(roomWith("    this.setTimer(1, this.nowMs());"));
  const [, place, hint] = message.split("\n");
  assert.match(place!, /^ {2}assembly\/index\.ts:5:22: Conversion from type 'f64' to 'u32'/);
  assert.match(hint!, /^ {4}hint: /);
});

test("an error in an imported file names that file", async () => {
  const folder = folderWith({
    "rockpool.json": '{"name":"test"}',
    "assembly/index.ts":
      'import { Room } from "@rockpool/assembly";\nimport { n } from "./rules/numbers";\nexport default class G extends Room { onTick(dt: f64): void { this.log(n().toString()); } }',
    "assembly/rules/numbers.ts": "export function n(): u8 {\n  return 1.5;\n}",
  });
  const [first] = (await failure(folder)).diagnostics;
  assert.deepEqual([first!.file, first!.line, first!.column], ["assembly/rules/numbers.ts", 2, 10]);
});

test("an import that is not there is named", async () => {
  const error = await failure(roomFolder('import { x } from "./nothing";\nexport default class {}'));
  assert.match(error.message, /assembly\/index\.ts:1:19: File 'assembly\/nothing\.ts' not found/);
});

for (const [what, source] of [
  ["no default export", 'import { Room } from "@rockpool/assembly";\nexport class Game extends Room {}'],
  ["a default export that is no Room", "export default class Game {}"],
  [
    "a constructor with parameters",
    'import { Room } from "@rockpool/assembly";\nexport default class G extends Room { constructor(x: i32) { super(); } }',
  ],
] as const) {
  test(`a room function with ${what} is told the rule`, async () => {
    assert.match((await failure(roomFolder(source))).message, /must `export default class … extends Room`/);
  });
}

test("a call function without handle is told the rule", async () => {
  const files = {
    "rockpool.json": '{"name":"test","kind":"call"}',
    "assembly/index.ts": "export function other(): void {}",
  };
  assert.match((await failure(folderWith(files))).message, /must `export function handle\(request: Reader/);
});

test("top-level code that calls the host is refused, with the call", async () => {
  const source =
    'import { Room } from "@rockpool/assembly";\nconst born = [Math.random()];\nexport default class G extends Room { onClose(): void { this.log(born.toString()); } }';
  const error = await failure(roomFolder(source));
  assert.equal(error.code, "top-level");
  assert.match(error.message, /calls the host \(random\).*onCreate/);
});

test("an import of one's own is refused, with its name", async () => {
  const source =
    'import { Room } from "@rockpool/assembly";\n@external("env", "open")\ndeclare function open(): void;\nexport default class G extends Room { onClose(): void { open(); } }';
  const error = await failure(roomFolder(source));
  assert.equal(error.code, "component");
  assert.match(error.message, /env\.open/);
});

test("every fault of a manifest is listed", async () => {
  const files = {
    "rockpool.json": '{"name":"Not A Name","tickRate":500,"tickrate":1}',
    "assembly/index.ts": "",
  };
  const error = await failure(folderWith(files));
  assert.equal(error.code, "manifest");
  assert.equal(error.diagnostics.length, 3);
});

test("a misspelt field of a manifest is told with the one that was meant", async () => {
  const files = {
    "rockpool.json": '{"name":"test","tickrate":1,"colour":1,"limits":{"memroyPages":1}}',
    "assembly/index.ts": "",
  };
  const messages = (await failure(folderWith(files))).diagnostics.map(({ message }) => message);
  assert.deepEqual(messages.sort(), [
    "colour is not a field of the manifest",
    "limits.memroyPages is not a field of the manifest; did you mean limits.memoryPages?",
    "tickrate is not a field of the manifest; did you mean tickRate?",
  ]);
});

test("a method of a room that is nearly a callback is warned of, and one that is not is left alone", async () => {
  const folder = folderWith({
    "rockpool.json": '{"name":"test"}',
    "assembly/base.ts": [
      'import { Room } from "@rockpool/assembly";',
      "export class Base extends Room {",
      "  onRejion(player: u32): void {}",
      "  onTile(x: i32): void {}",
      "}",
    ].join("\n"),
    "assembly/index.ts": [
      'import { Base } from "./base";',
      "class Button {",
      "  onJoined(): void {}",
      "}",
      "export default class Game extends Base {",
      "  onTick(dtMs: f64): void {",
      "    new Button().onJoined();",
      "  }",
      "  onTimmer(id: u32): void {}",
      "}",
    ].join("\n"),
  });
  assert.deepEqual(
    (await buildFunction(folder)).warnings.map(({ file, line, column, message }) => [
      file,
      line,
      column,
      message,
    ]),
    [
      ["assembly/base.ts", 3, 3, "onRejion is no callback; did you mean onRejoin?"],
      ["assembly/index.ts", 9, 3, "onTimmer is no callback; did you mean onTimer?"],
    ],
  );
});

test("a fault of a whole file names the file once", async () => {
  assert.match(
    (await failure(folderWith({ "rockpool.json": "{" }))).message,
    /\n {2}rockpool\.json: is not JSON/,
  );
  const source = "export default class Game {}";
  assert.match((await failure(roomFolder(source))).message, /\n {2}assembly\/index\.ts: must `export/);
});

test("a manifest that is no JSON, too large or not there says so", async () => {
  assert.equal((await failure(folderWith({ "rockpool.json": "{" }))).code, "manifest");
  assert.equal(
    (await failure(folderWith({ "rockpool.json": `{"name":"${"é".repeat(40_000)}"}` }))).code,
    "manifest",
  );
  assert.equal((await failure(temporaryFolder())).code, "folder");
});

test("a folder that is not there, is a file, or has no source says what to do", async () => {
  const folder = folderWith({ "rockpool.json": '{"name":"test"}' });
  assert.match((await failure(join(folder, "nowhere"))).message, /rockpool init/);
  assert.equal((await failure(join(folder, "rockpool.json"))).code, "folder");
  assert.match((await failure(folder)).message, /assembly\/index\.ts/);
});

describe("a page", () => {
  test("without index.html is refused", async () => {
    const folder = copyOf(sampleFolder("echo"));
    rmSync(join(folder, "page/index.html"));
    assert.match((await failure(folder)).message, /index\.html/);
  });

  test("that does not bundle names file, line and column", async () => {
    const folder = copyOf(sampleFolder("echo"));
    writeFileSync(join(folder, "page/main.ts"), 'import "./missing.ts";\n');
    const error = await failure(folder);
    assert.equal(error.code, "page");
    const [first] = error.diagnostics;
    assert.deepEqual([first!.file, first!.line, first!.column], ["page/main.ts", 1, 8]);
  });
});

test("a failed build says which files to watch for the repair", async () => {
  const folder = roomWith("nonsense();");
  assert.ok((await failure(folder)).inputs.includes(join(folder, "assembly/index.ts")));
});
