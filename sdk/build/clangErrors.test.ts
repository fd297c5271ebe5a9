import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildFunction } from "./build.ts";
import { BuildError } from "./errors.ts";
import { cFolder, folderWith } from "./testfolder.ts";

async function failure(folder: string): Promise<BuildError> {
  const error = await buildFunction(folder).then(
    () => assert.fail("it was built"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof BuildError, String(error));
  return error;
}

describe("a mistake in C", () => {
  const places: [string, string, { line: number; column: number; message: RegExp; hint: RegExp | null }][] = [
    [
      "of syntax",
      "void on_close(void) { rp_end() }",
      { line: 2, column: 31, message: /expected ';'/, hint: null },
    ],
    [
      "in a callback's parameters",
      "void on_tick(int dt) {}",
      { line: 2, column: 6, message: /conflicting types/, hint: /other parameters/ },
    ],
    [
      "in a callback's name",
      "void on_mesage(uint32_t player, rp_reader *m) {}",
      { line: 2, column: 6, message: /no callback on_mesage/, hint: /table of callbacks/ },
    ],
    [
      "in an include",
      '#include "physics.h"',
      { line: 2, column: 10, message: /'physics.h' file not found/, hint: /lies in c\// },
    ],
  ];
  for (const [what, source, expected] of places) {
    test(`${what} is shown with its place`, async () => {
      const { code, diagnostics } = await failure(cFolder(source));
      assert.equal(code, "compile");
      const [first] = diagnostics;
      assert.deepEqual(
        { file: first?.file, line: first?.line, column: first?.column },
        { file: "c/main.c", line: expected.line, column: expected.column },
      );
      assert.match(first!.message, expected.message);
      if (expected.hint === null) assert.equal(first!.hint, null);
      else assert.match(first!.hint!, expected.hint);
    });
  }

  test("a function that is declared and not defined is named", async () => {
    const { message } = await failure(
      cFolder("int missing(void);\nvoid on_tick(double d) { rp_set_tick_rate(missing()); }"),
    );
    assert.match(message, /undefined symbol: missing/);
  });

  test("a call function without on_call, and one that uses a room, say what to do", async () => {
    assert.match(
      (await failure(cFolder("", "call"))).message,
      /undefined symbol: on_call\n {4}hint: .*on_call/,
    );
    const used = await failure(cFolder("void on_call(rp_reader *q, rp_writer *a) { rp_end(); }", "call"));
    assert.match(used.message, /hint: call functions have no room/);
  });

  test("what needs a system is refused by its name", async () => {
    const { code, message } = await failure(
      cFolder("#include <time.h>\nvoid on_tick(double d) { rp_set_tick_rate((uint32_t)time(NULL)); }"),
    );
    assert.equal(code, "component");
    assert.match(message, /clock_time_get, which no node offers; .*rp_now/);
  });

  test("a constructor that calls the host is refused", async () => {
    const { code, message } = await failure(
      cFolder("__attribute__((constructor)) static void early(void) { rp_end(); }"),
    );
    assert.equal(code, "top-level");
    assert.match(message, /calls the host \(end\)/);
  });
});

test("a folder in two languages is refused", async () => {
  const folder = folderWith({
    "rockpool.json": '{"name":"test"}',
    "assembly/index.ts": "",
    "c/main.c": "",
  });
  assert.match((await failure(folder)).message, /has both assembly\/index\.ts and C sources/);
});
