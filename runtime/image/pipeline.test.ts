/** Components of both worlds, in both manglings; and everything that an upload can be instead. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MANIFEST_SECTION, PAGE_SECTION } from "@rockpool/protocol";
import { assemble, type TestModule } from "../wasm/assembler.testkit.ts";
import { Code } from "../wasm/code.ts";
import { VALUE_TYPE } from "../wasm/module.ts";
import { ABI, HOST_ENTRIES, HOST_MODULE } from "./abi.ts";
import {
  type Mangling,
  makeComponent,
  mangle,
  worldComponent,
  worldModule,
  zeros,
} from "./component.testkit.ts";
import { MAX_COMPONENT_BYTES } from "./component.ts";
import { buildImage, DEFAULT_NODE_MAXIMA } from "./pipeline.ts";
import { ImageRefusal, type ImageRefusalCode } from "./refusal.ts";
import { GAME_CALL, GAME_ROOM, type World } from "./world.ts";

function build(component: Uint8Array) {
  return buildImage(component, DEFAULT_NODE_MAXIMA);
}

function refuses(component: Uint8Array, code: ImageRefusalCode, message: RegExp): ImageRefusal {
  try {
    build(component);
  } catch (error) {
    assert.ok(error instanceof ImageRefusal, `${error}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return error;
  }
  return assert.fail("nothing was refused");
}

function withoutExport(name: string) {
  return (spec: TestModule): TestModule => ({
    ...spec,
    functions: spec.functions!.map(({ exportAs, ...func }) =>
      exportAs === name ? func : { ...func, exportAs: exportAs! },
    ),
  });
}

for (const world of [GAME_ROOM, GAME_CALL] satisfies World[]) {
  for (const mangling of ["legacy", "short"] satisfies Mangling[]) {
    test(`a component of ${world.name} with ${mangling} names becomes an image under one set of names`, () => {
      const image = build(worldComponent(world, { mangling }));
      const module = new WebAssembly.Module(image.wasm);
      const imports = WebAssembly.Module.imports(module);
      assert.ok(imports.every((request) => request.module === HOST_MODULE));
      assert.deepEqual(
        imports.map(({ name }) => name),
        [...world.imports.keys()],
      );
      const exports = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
      const own = new Set([...world.callbacks.keys(), ...Object.values(ABI)]);
      const entries = HOST_ENTRIES.filter(({ of }) => own.has(of));
      assert.deepEqual(exports, new Set([...own, ...entries.map(({ name }) => name)]));
      assert.equal(image.info.manifest.name, "echo");
      assert.deepEqual(image.info.memory, { initial: 1, maximum: 256 });
      assert.equal(image.page, null);
    });
  }
}

for (const mangling of ["legacy", "short"] satisfies Mangling[]) {
  test(`post-return functions with ${mangling} names are kept`, () => {
    const name = mangle(GAME_ROOM, "save", mangling);
    const post = zeros(
      { params: [VALUE_TYPE.i32], results: [] },
      mangling === "short" ? `${name}_post` : `cabi_post_${name}`,
    );
    const change = (spec: TestModule) => ({ ...spec, functions: [...spec.functions!, post] });
    const exports = WebAssembly.Module.exports(
      new WebAssembly.Module(build(worldComponent(GAME_ROOM, { mangling, change })).wasm),
    );
    assert.ok(exports.some((entry) => entry.name === "save-post"));
  });
}

test("the manifest's limits are capped by the node's maxima", () => {
  const manifest = JSON.stringify({ name: "echo", limits: { memoryPages: 4000, fuel: 20_000 } });
  const maxima = { ...DEFAULT_NODE_MAXIMA, memoryPages: 8 };
  const { info } = buildImage(worldComponent(GAME_ROOM, { manifest }), maxima);
  assert.equal(info.manifest.limits.memoryPages, 8);
  assert.equal(info.manifest.limits.fuel, 20_000);
  assert.equal(info.memory.maximum, 8);
});

test("the page comes out of its section", () => {
  const page = JSON.stringify({ "index.html": Buffer.from("<p>").toString("base64") });
  const { page: files } = build(worldComponent(GAME_ROOM, { parts: { custom: [[PAGE_SECTION, page]] } }));
  assert.equal(Buffer.from(files!.get("index.html")!).toString(), "<p>");
});

test("modules that only wire the component up are left out", () => {
  const shim = assemble({
    functions: [{ type: { params: [], results: [] }, code: new Code(), exportAs: "0" }],
    table: [0],
  });
  build(worldComponent(GAME_ROOM, { parts: { modules: [shim] } }));
});

test("an empty upload is refused", () => {
  refuses(new Uint8Array(0), "empty-upload", /rockpool build/);
});

test("bytes that are not WebAssembly are refused", () => {
  refuses(new TextEncoder().encode("<!doctype html>"), "not-wasm", /not WebAssembly/);
});

test("a core module is refused with what to do", () => {
  refuses(worldModule(GAME_ROOM, "legacy"), "core-module", /make a component of it with `rockpool build`/);
});

test("an upload above the size limit is refused before it is read", () => {
  refuses(new Uint8Array(MAX_COMPONENT_BYTES + 1), "too-large", /limit/);
});

test("an upload that was cut off is refused, wherever it was cut", () => {
  const whole = worldComponent(GAME_ROOM);
  for (let length = 1; length < whole.length; length += 7) {
    assert.throws(() => build(whole.slice(0, length)), ImageRefusal, `cut at ${length}`);
  }
});

test("no changed byte of a component crashes the pipeline", () => {
  const whole = worldComponent(GAME_CALL);
  for (let at = 0; at < whole.length; at++) {
    for (const value of [0x00, 0x0b, 0x7f, 0xff]) {
      try {
        build(whole.with(at, value));
      } catch (error) {
        assert.ok(error instanceof ImageRefusal, `byte ${at} to ${value}: ${(error as Error).stack}`);
        assert.notEqual(error.code, "rewriter-fault", `byte ${at} to ${value}`);
      }
    }
  }
});

test("components nested too deep are refused", () => {
  refuses(makeComponent({ nesting: 100 }), "malformed-component", /nested/);
});

test("too many sections are refused", () => {
  const custom = Array.from({ length: 5000 }, () => ["x", ""] as const);
  refuses(makeComponent({ custom }), "malformed-component", /4096 sections/);
});

test("a component of another world is refused with what it exports", () => {
  refuses(makeComponent({ exports: ["wasi:cli/run@0.2.0"] }), "other-world", /wasi:cli\/run@0\.2\.0/);
});

test("a component of an incompatible version of the world is refused", () => {
  refuses(makeComponent({ exports: ["rockpool:game/room@0.2.0"] }), "other-world", /0\.2\.0/);
});

test("a component that imports something else is refused with the import's name", () => {
  const component = worldComponent(GAME_ROOM, { parts: { imports: ["wasi:filesystem/types@0.2.3"] } });
  refuses(component, "import-refused", /wasi:filesystem\/types@0\.2\.3/);
});

test("a core import that is no host function is refused with its name", () => {
  const extra = { module: "env", name: "abort", type: { params: [], results: [] } };
  const change = (spec: TestModule) => ({ ...spec, imports: [...spec.imports!, extra] });
  const refused = refuses(worldComponent(GAME_ROOM, { change }), "import-refused", /"env" "abort"/);
  assert.ok(refused.offset! > 8);
});

test("a host function with another signature is refused", () => {
  const change = (spec: TestModule) => ({
    ...spec,
    imports: spec.imports!.map((request) =>
      request.name === "now" ? { ...request, type: { params: [], results: [VALUE_TYPE.i32] } } : request,
    ),
  });
  refuses(
    worldComponent(GAME_ROOM, { change }),
    "wrong-signature",
    /"now" is declared as \(\) -> i32, but it is \(\) -> i64/,
  );
});

test("a callback with another signature is refused", () => {
  const name = mangle(GAME_ROOM, "tick", "legacy");
  const change = (spec: TestModule) => ({
    ...spec,
    functions: spec.functions!.map((func) =>
      func.exportAs === name ? zeros({ params: [VALUE_TYPE.f32], results: [] }, name) : func,
    ),
  });
  refuses(
    worldComponent(GAME_ROOM, { change }),
    "wrong-signature",
    /tick" is \(f32\) -> \(\), but it must be \(f64\) -> \(\)/,
  );
});

test("a missing callback is refused by its name", () => {
  const change = withoutExport(mangle(GAME_ROOM, "rejoin", "legacy"));
  refuses(worldComponent(GAME_ROOM, { change }), "missing-export", /rejoin/);
});

test("a component without code is refused", () => {
  refuses(
    makeComponent({ exports: ["rockpool:game/room@0.1.0"], custom: [[MANIFEST_SECTION, '{"name":"echo"}']] }),
    "missing-export",
    /callbacks/,
  );
});

test("two modules with callbacks are refused", () => {
  const second = worldModule(GAME_ROOM, "legacy");
  refuses(worldComponent(GAME_ROOM, { parts: { modules: [second] } }), "malformed-component", /Several/);
});

test("a component without a manifest is refused", () => {
  refuses(worldComponent(GAME_ROOM, { manifest: null }), "manifest-missing", /rockpool build/);
});

test("two manifests are refused", () => {
  const custom = [[MANIFEST_SECTION, '{"name":"other"}']] as const;
  refuses(worldComponent(GAME_ROOM, { parts: { custom } }), "malformed-component", /twice/);
});

test("a manifest that is not valid is refused with its field", () => {
  refuses(worldComponent(GAME_ROOM, { manifest: '{"name":"No Name"}' }), "manifest-invalid", /name must be/);
});

test("a manifest above the size limit is refused", () => {
  refuses(worldComponent(GAME_ROOM, { manifest: " ".repeat(65_537) }), "manifest-invalid", /65536/);
});

test("a manifest of another kind than the world is refused", () => {
  refuses(
    worldComponent(GAME_CALL, { manifest: '{"name":"echo"}' }),
    "kind-mismatch",
    /set "kind" to "call"/,
  );
});

test("a module that the rewriter refuses is refused with its place in the component", () => {
  const change = (spec: TestModule) => ({ ...spec, memory: { initial: 300 } });
  refuses(worldComponent(GAME_ROOM, { change }), "memory-size", /limits\.memoryPages/);
});
