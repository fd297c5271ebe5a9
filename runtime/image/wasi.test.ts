/** Which imports of WASI are taken, and how the others are refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionType } from "../wasm/module.ts";
import { hostModule, makeComponent, worldComponent } from "./component.testkit.ts";
import { buildImage, DEFAULT_NODE_MAXIMA } from "./pipeline.ts";
import { ImageRefusal } from "./refusal.ts";
import { signature } from "./signatures.ts";
import { offersWasi } from "./wasi.ts";
import { GAME_ROOM } from "./world.ts";

/** A room that also imports `module` `name`, and whose component also imports `outer`. */
function roomWith(
  module: string,
  name: string,
  type: FunctionType,
  outer: readonly string[] = [],
): Uint8Array {
  const mangling = module.startsWith("cm32p2") ? "short" : "legacy";
  return worldComponent(GAME_ROOM, {
    mangling,
    parts: { imports: outer },
    change: (spec) => ({ ...spec, imports: [...spec.imports!, { module, name, type }] }),
  });
}

function refusal(component: Uint8Array): ImageRefusal {
  try {
    buildImage(component, DEFAULT_NODE_MAXIMA);
  } catch (error) {
    assert.ok(error instanceof ImageRefusal, String(error));
    return error;
  }
  return assert.fail("nothing was refused");
}

function importsOf(component: Uint8Array): string[] {
  const module = new WebAssembly.Module(buildImage(component, DEFAULT_NODE_MAXIMA).wasm);
  return WebAssembly.Module.imports(module).map((request) => `${request.module} ${request.name}`);
}

for (const name of [
  "wasi:filesystem/types",
  "wasi:filesystem/preopens",
  "wasi:sockets/tcp",
  "wasi:sockets/ip-name-lookup",
  "wasi:http/types",
  "wasi:http/outgoing-handler",
  "wasi:cli/terminal-input",
  "wasi:cli/terminal-output",
  "wasi:cli/terminal-stdout",
]) {
  test(`${name} is refused by its name, as an import of the component and of its core module`, () => {
    const versioned = `${name}@0.2.3`;
    const outer = refusal(roomWith(hostModule(GAME_ROOM, "legacy"), "now", signature(">l"), [versioned]));
    assert.equal(outer.code, "import-refused");
    assert.match(outer.message, new RegExp(`"${versioned}" is not offered`));
    assert.ok(outer.offset !== null);
    const core = refusal(roomWith(versioned, "some-function", signature("i>")));
    assert.equal(core.code, "import-refused");
    assert.match(core.message, new RegExp(`"${versioned}" "some-function" is not offered.*docs/limits.md`));
  });
}

test("a function that waits for time to pass is refused by its name, though its interface is offered", () => {
  for (const [module, name] of [
    ["wasi:clocks/monotonic-clock@0.2.3", "subscribe-duration"],
    ["wasi:clocks/monotonic-clock@0.2.3", "subscribe-instant"],
  ] as const) {
    const refused = refusal(roomWith(module, name, signature("li>")));
    assert.equal(refused.code, "import-refused");
    assert.ok(refused.message.includes(`"${module}" "${name}"`), refused.message);
  }
});

test("every version of 0.2 is the same, release candidates and other versions are not offered", () => {
  for (const version of ["0.2.0", "0.2.3", "0.2.12"]) {
    const module = `wasi:random/random@${version}`;
    assert.deepEqual(importsOf(roomWith(module, "get-random-u64", signature(">l"), [module])).slice(-1), [
      "wasi:random/random get-random-u64",
    ]);
  }
  for (const version of ["0.1.0", "0.3.0", "0.2.0-rc-2023-11-10", "0.2", "0.20.0"]) {
    assert.equal(offersWasi(`wasi:random/random@${version}`), false, version);
    assert.equal(
      refusal(roomWith(`wasi:random/random@${version}`, "get-random-u64", signature(">l"))).code,
      "import-refused",
    );
  }
});

test("both manglings name the same functions", () => {
  for (const [module, name] of [
    ["wasi:io/streams@0.2.3", "[resource-drop]output-stream"],
    ["cm32p2|wasi:io/streams@0.2", "output-stream_drop"],
  ] as const) {
    assert.deepEqual(importsOf(roomWith(module, name, signature("i>"))).slice(-1), [
      "wasi:io/streams [resource-drop]output-stream",
    ]);
  }
});

test("a function of WASI with another signature is refused", () => {
  const refused = refusal(roomWith("wasi:random/random@0.2.3", "get-random-u64", signature(">i")));
  assert.equal(refused.code, "wrong-signature");
  assert.match(refused.message, /is declared as \(\) -> i32, but it is \(\) -> i64/);
});

test("a component's own version of the world is told apart from WASI", () => {
  assert.equal(refusal(makeComponent({ exports: ["wasi:cli/run@0.2.3"] })).code, "other-world");
});
