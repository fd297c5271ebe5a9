/** Generated programs through the node's binder and through jco. SEED and PROGRAMS change the run. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { MANIFEST_SECTION } from "@rockpool/protocol";
import { Sink } from "@rockpool/runtime/wasm/sink.js";
import { JcoReference } from "./jco.ts";
import { runOurs } from "./ours.ts";
import { roomRecording } from "./recordings.ts";
import { assertSameTrace } from "./trace.ts";
import { worldProgram } from "./worldProgram.ts";

const FIRST_SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const PROGRAMS = Number(process.env.PROGRAMS ?? 200);
/** Each of these is transpiled by itself; the others take the glue of the first. */
const TRANSPILED = 3;
const LENGTH = 12;

/** A component around a core module, as the toolchain makes it. */
async function wrap(core: Uint8Array): Promise<Uint8Array> {
  const witSource = await readFile(fileURLToPath(import.meta.resolve("@rockpool/wit/world.wit")), "utf8");
  const embedded = await componentEmbed({ binary: core, witSource, world: "game-room" });
  const component = await componentNew(embedded, []);
  const manifest = new Sink().name(MANIFEST_SECTION).append(Buffer.from('{"name":"program"}'));
  return new Sink().append(component).section(0, manifest).view.slice();
}

test(`generated programs do the same through our binder and through jco, from seed ${FIRST_SEED}`, async () => {
  let reference: JcoReference | undefined;
  let callbacks = 0;
  const effects = new Set<string>();
  for (let n = 0; n < PROGRAMS; n++) {
    const seed = (FIRST_SEED + n) >>> 0;
    const core = worldProgram(seed);
    const component = await wrap(core);
    const ownGlue = reference === undefined || n < TRANSPILED;
    reference = ownGlue ? await JcoReference.of(component) : reference!.around(core);
    const recording = roomRecording(seed, LENGTH);
    const expected = reference.run(recording);
    assertSameTrace(runOurs(component, recording), expected, `seed ${seed}`);
    callbacks += expected.steps.length;
    for (const step of expected.steps) for (const effect of step.effects) effects.add(effect.split(" ")[0]!);
  }
  assert.ok(callbacks > PROGRAMS * 4, `only ${callbacks} callbacks ran in ${PROGRAMS} programs`);
  if (PROGRAMS >= 100)
    assert.equal(effects.size, 18, `only these host calls were made: ${[...effects].join(", ")}`);
});
