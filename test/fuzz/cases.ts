/**
 * One case after another; each follows from its seed alone, so what one finds can be run again by itself. Most are
 * mutated components; one in a while is a life of a guest among its neighbours.
 */
import { parse } from "@bytecodealliance/jco";
import type { BuiltImage } from "@rockpool/runtime/image/image.js";
import type { Guest } from "@rockpool/runtime/instance/guest.js";
import { Pristine } from "@rockpool/runtime/instance/pristine.js";
import { seededRandom } from "@rockpool/runtime/wasm/programs.testkit.js";
import { fixture, sample } from "../harness/components.ts";
import { type Random, randomBytes, roomRecording } from "../oracle/recordings.ts";
import { randomComponent, roomComponent } from "./generators/components.ts";
import { HOSTILE_GUESTS } from "./generators/hostileGuests.ts";
import { roomWat } from "./generators/roomWat.ts";
import { mutateBytes } from "./mutators/bytes.ts";
import { mutateSections } from "./mutators/sections.ts";
import { Canary } from "./oracles/canary.ts";
import { CheckingHost } from "./oracles/checkingHost.ts";
import { makeContained, runContained } from "./oracles/contained.ts";
import { refuseOrBuild } from "./oracles/refuseOrBuild.ts";
import { assertSameAsFresh } from "./oracles/sameAsFresh.ts";
import { SUBJECT } from "./oracles/subject.ts";
import { Violation } from "./violation.ts";

/** Every so many cases one is a guest's life; the others are components. */
const LIFE_EVERY = 40;
/** Of the mutants that are accepted, one in so many is run. */
const RUN_EVERY = 8;
/** A component is mutated this often before another is generated: generating costs more than mutating. */
const MUTANTS = 32;
const CANARY_INPUTS = 400;
const CANARY_EVERY = 16;

interface Resident {
  readonly name: string;
  readonly image: BuiltImage;
  readonly module: WebAssembly.Module;
}

export interface Counts {
  cases: number;
  refused: number;
  accepted: number;
  lives: number;
  faults: number;
}

export class Cases {
  readonly counts: Counts = { cases: 0, refused: 0, accepted: 0, lives: 0, faults: 0 };
  readonly #residents: readonly Resident[];
  #canary: Canary | null = null;
  /** What the mutants of a stretch of cases start from. */
  #origin: { seed: number; component: Uint8Array } | null = null;

  private constructor(residents: readonly Resident[]) {
    this.#residents = residents;
  }

  /** Builds the samples, the fixtures and the hostile guests. */
  static async prepare(): Promise<Cases> {
    const components: [string, Uint8Array][] = [["scribble", await fixture("scribble")]];
    for (const name of ["echo", "arena", "tictactoe"] as const) components.push([name, await sample(name)]);
    for (const { name, bodies } of HOSTILE_GUESTS) {
      components.push([name, roomComponent(await parse(roomWat(bodies)))]);
    }
    const residents = components.map(([name, component]): Resident => {
      const image = refuseOrBuild(component);
      if (image === null) throw new Violation(`"${name}" is refused`);
      return { name, image, module: new WebAssembly.Module(image.wasm) };
    });
    return new Cases(residents);
  }

  /** Runs one case. Throws Violation when an oracle finds something, and whatever else escapes. */
  run(seed: number, number: number): void {
    this.counts.cases++;
    if (number % LIFE_EVERY === 0) this.#life(seededRandom(mixed(seed, number)));
    else this.#component(seed, number);
    if (number % CANARY_EVERY === 0) this.#sing();
  }

  #component(seed: number, number: number): void {
    const random = seededRandom(mixed(seed, number));
    let upload = this.#originOf(mixed(seed, Math.floor(number / MUTANTS)));
    if (random(200) === 0) upload = randomBytes(random, 400);
    for (let n = random(3) === 0 ? random(5) : 0; n >= 0; n--) {
      upload = random(3) === 0 ? mutateBytes(random, upload) : mutateSections(random, upload);
    }
    const image = refuseOrBuild(upload);
    if (image === null) {
      this.counts.refused++;
      return;
    }
    this.counts.accepted++;
    if (random(RUN_EVERY) === 0)
      this.#live({ name: "a mutant", image, module: new WebAssembly.Module(image.wasm) }, random, 4);
  }

  #originOf(seed: number): Uint8Array {
    if (this.#origin?.seed !== seed) this.#origin = { seed, component: randomComponent(seededRandom(seed)) };
    return this.#origin.component;
  }

  #life(random: Random): void {
    this.counts.lives++;
    this.#live(this.#residents[random(this.#residents.length)]!, random, 4 + random(24));
  }

  #live(resident: Resident, random: Random, length: number): void {
    const { image, module } = resident;
    const host = new CheckingHost(random(0x7fffffff), random);
    const make = () => makeContained(SUBJECT, module, image, host);
    const guest = make();
    const fresh = make();
    if (guest === null || fresh === null) return;
    const pristine = new Pristine(fresh);
    const inputs =
      image.info.manifest.kind === "room"
        ? roomRecording(random(0x7fffffff), length).inputs
        : Array.from({ length }, () => ({ call: "handle" as const, request: randomBytes(random, 100) }));
    try {
      const last = runContained(guest, host, inputs);
      if (last?.status === "fault") this.counts.faults++;
      this.#checkReset(guest, fresh, pristine);
    } catch (error) {
      if (error instanceof Violation) error.message = `${resident.name}: ${error.message}`;
      throw error;
    }
  }

  #checkReset(guest: Guest, fresh: Guest, pristine: Pristine): void {
    if (!guest.reusable) return;
    SUBJECT.reset(pristine, guest);
    assertSameAsFresh(guest, fresh);
  }

  #sing(): void {
    if (this.#canary === null || this.#canary.done) {
      const { image, module } = this.#residents[0]!;
      const inputs = roomRecording(7, CANARY_INPUTS).inputs;
      this.#canary = new Canary((host) => SUBJECT.make(module, image.info, host), inputs);
    }
    this.#canary.sing();
  }
}

/** A seed of its own for each case of a run. */
function mixed(seed: number, number: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(number, 0xc2b2ae35)) >>> 0;
}
