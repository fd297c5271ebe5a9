/** Components to start from: small ones that are accepted, so that most mutants come far. */

import { MANIFEST_SECTION } from "@rockpool/protocol";
import { makeComponent, mangle, worldComponent } from "@rockpool/runtime/image/component.testkit.js";
import { GAME_CALL, GAME_ROOM } from "@rockpool/runtime/image/world.js";
import type { TestModule } from "@rockpool/runtime/wasm/assembler.testkit.js";
import { Code } from "@rockpool/runtime/wasm/code.js";
import { generateFloatProgram } from "@rockpool/runtime/wasm/floatPrograms.testkit.js";
import type { Random } from "../../oracle/recordings.ts";
import { worldProgram } from "../../oracle/worldProgram.ts";

/** A component of world `game-room` around a core module in the long mangling. */
export function roomComponent(core: Uint8Array): Uint8Array {
  return makeComponent({
    modules: [core],
    imports: ["rockpool:game/host@0.1.0"],
    exports: ["rockpool:game/room@0.1.0"],
    custom: [[MANIFEST_SECTION, '{"name":"fuzz"}']],
  });
}

/** A room that makes NaNs in every tick, and keeps them in memory and globals. */
export function floatRoom(seed: number): Uint8Array {
  const tick = mangle(GAME_ROOM, "tick", "legacy");
  const change = (spec: TestModule): TestModule => {
    const first = spec.imports!.length + spec.functions!.length;
    const { functions, globals } = generateFloatProgram(seed, first);
    const callbacks = spec.functions!.map((func) =>
      func.exportAs === tick ? { ...func, code: new Code().call(first) } : func,
    );
    const floats = functions!.map(({ type, locals, code }) => ({ type, locals: locals ?? [], code }));
    return { ...spec, functions: [...callbacks, ...floats], globals: globals! };
  };
  return worldComponent(GAME_ROOM, { change });
}

export function randomComponent(random: Random): Uint8Array {
  const world = random(4) === 0 ? GAME_CALL : GAME_ROOM;
  const mangling = random(2) === 0 ? "legacy" : "short";
  switch (random(7)) {
    case 0:
      return worldComponent(world, { mangling });
    case 1:
      return worldComponent(world, {
        mangling,
        manifest: randomManifest(random),
        parts: { nesting: random(10) },
      });
    case 2:
      return floatRoom(random(0x7fffffff));
    default:
      return roomComponent(worldProgram(random(0x7fffffff)));
  }
}

const VALUES = ["-1", "0", "1", "1e9", "1e400", "null", '"x"', "[]", "{}", "true", '"\\u0000"', "0.5"];
const FIELDS = [
  "name",
  "kind",
  "tickRate",
  "maxPlayers",
  "limits",
  "pool",
  "emptyTtl",
  "grace",
  "faults",
  "__proto__",
  "constructor",
];

/** A manifest with a few fields that may be wrong. */
function randomManifest(random: Random): string {
  const fields = Array.from(
    { length: random(4) },
    () => `"${FIELDS[random(FIELDS.length)]}":${VALUES[random(VALUES.length)]}`,
  );
  const nested = random(8) === 0 ? `,"limits":${"[".repeat(random(5000))}` : "";
  return `{"name":"fuzz"${fields.map((field) => `,${field}`).join("")}${nested}}`;
}
