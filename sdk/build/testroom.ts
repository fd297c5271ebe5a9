/**
 * For tests: the smallest host that can drive a function's core module through the canonical ABI. It notes every
 * effect and carries none out.
 */
import { toWorldModule } from "./coremodule.ts";
import { readFolder } from "./folder.ts";
import { Inputs } from "./inputs.ts";
import { compileFunction } from "./language.ts";
import { readMessages } from "./messages.ts";

type Core = Record<string, (...args: (number | bigint)[]) => number>;

export type Outcome = { ok: true; bytes: Uint8Array } | { ok: false; reason: string };

const LEVELS = ["debug", "info", "warn", "error"];
const ROOM = "rockpool:game/room@0.1.0#";

/** Builds the core module of a folder once, to make rooms of. */
export async function compileFolder(folder: string): Promise<WebAssembly.Module> {
  const inputs = new Inputs();
  const source = await readFolder(folder, inputs);
  return WebAssembly.compile(
    toWorldModule(await compileFunction(source, inputs, await readMessages(source, inputs))),
  );
}

export class TestRoom {
  /** Messages to one player, in order. */
  readonly sent: { to: number; bytes: Uint8Array }[] = [];
  /** Every other effect, as `name argument …`. */
  readonly effects: string[] = [];
  readonly logs: string[] = [];
  readonly values = new Map<string, Uint8Array>();
  players: number[] = [];
  now = 0n;
  nextRandom = 1n;
  #core: Core = {};

  static async make(module: WebAssembly.Module): Promise<TestRoom> {
    const room = new TestRoom();
    const host = room.#host();
    const imports = { "rockpool:game/host@0.1.0": host, "rockpool:game/call-host@0.1.0": host };
    room.#core = (await WebAssembly.instantiate(module, imports)).exports as Core;
    return room;
  }

  create(config: Uint8Array | string = ""): Outcome {
    return this.#result(this.#core[`${ROOM}create`]!(...this.#place(config)));
  }

  join(player: number, claims: [string, string][] = []): Outcome {
    const pairs = this.#allocate(claims.length * 16, 4);
    claims.flat().forEach((text, i) => {
      const [at, length] = this.#place(text);
      this.#view().setUint32(pairs + i * 8, at, true);
      this.#view().setUint32(pairs + i * 8 + 4, length, true);
    });
    this.players.push(player);
    const outcome = this.#result(this.#core[`${ROOM}join`]!(player, pairs, claims.length));
    if (!outcome.ok) this.players.pop();
    return outcome;
  }

  message(player: number, bytes: Uint8Array): void {
    this.#core[`${ROOM}message`]!(player, ...this.#place(bytes));
  }

  leave(player: number, why: number): void {
    this.players = this.players.filter((one) => one !== player);
    this.#core[`${ROOM}leave`]!(player, why);
  }

  /** Callbacks whose arguments are numbers: tick, timer, drop, rejoin, close. */
  callback(name: string, ...args: number[]): void {
    this.#core[ROOM + name]!(...args);
  }

  fault(what: string): void {
    this.#core[`${ROOM}fault`]!(...this.#place(what));
  }

  save(): Outcome {
    return this.#result(this.#core[`${ROOM}save`]!());
  }

  restore(state: Uint8Array): Outcome {
    return this.#result(this.#core[`${ROOM}restore`]!(...this.#place(state)));
  }

  /** World game-call. */
  handle(request: string): Outcome {
    return this.#result(this.#core.handle!(...this.#place(request)));
  }

  /** Pages of 64 KiB. */
  get pages(): number {
    return this.#memory().byteLength / 65_536;
  }

  /** What was sent to a player since the last call of this. */
  take(player: number): Uint8Array[] {
    const taken = this.sent.filter(({ to }) => to === player).map(({ bytes }) => bytes);
    const rest = this.sent.filter(({ to }) => to !== player);
    this.sent.splice(0, this.sent.length, ...rest);
    return taken;
  }

  #memory(): ArrayBuffer {
    return (this.#core.memory as unknown as { buffer: ArrayBuffer }).buffer;
  }

  #view(): DataView {
    return new DataView(this.#memory());
  }

  #copy(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory(), at >>> 0, length).slice();
  }

  #text(at: number, length: number): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.#copy(at, length));
  }

  #allocate(size: number, align: number): number {
    return this.#core.cabi_realloc!(0, 0, align, size) >>> 0;
  }

  #place(data: Uint8Array | string): [number, number] {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const at = this.#allocate(bytes.length, 1);
    new Uint8Array(this.#memory(), at, bytes.length).set(bytes);
    return [at, bytes.length];
  }

  /** Reads result<list<u8> or _, string> from its return area. */
  #result(area: number): Outcome {
    const view = this.#view();
    const bytes = (): Uint8Array =>
      this.#copy(view.getUint32(area + 4, true), view.getUint32(area + 8, true));
    if (view.getUint8(area) === 1) return { ok: false, reason: new TextDecoder().decode(bytes()) };
    return { ok: true, bytes: bytes() };
  }

  #host(): Record<string, (...args: never[]) => unknown> {
    const note =
      (name: string) =>
      (...args: number[]): void => {
        this.effects.push([name, ...args].join(" "));
      };
    return {
      send: (to: number, at: number, length: number) => {
        this.sent.push({ to, bytes: this.#copy(at, length) });
      },
      broadcast: (at: number, length: number) => {
        this.effects.push(`broadcast ${this.#copy(at, length)}`);
      },
      "broadcast-except": (except: number, at: number, length: number) => {
        this.effects.push(`broadcast-except ${except} ${this.#copy(at, length)}`);
      },
      kick: (who: number, at: number, length: number) => {
        this.effects.push(`kick ${who} ${this.#text(at, length)}`);
      },
      players: (area: number) => {
        const at = this.#allocate(this.players.length * 4, 4);
        this.players.forEach((player, i) => {
          this.#view().setUint32(at + i * 4, player, true);
        });
        this.#view().setUint32(area, at, true);
        this.#view().setUint32(area + 4, this.players.length, true);
      },
      room: (area: number) => {
        const [at, length] = this.#place("the-room");
        this.#view().setUint32(area, at, true);
        this.#view().setUint32(area + 4, length, true);
      },
      now: () => this.now,
      random: () => this.nextRandom++,
      "set-timer": note("set-timer"),
      "clear-timer": note("clear-timer"),
      "set-tick-rate": note("set-tick-rate"),
      "set-listing": (key: number, keyLength: number, value: number, valueLength: number) => {
        this.effects.push(`set-listing ${this.#text(key, keyLength)} ${this.#text(value, valueLength)}`);
      },
      lock: note("lock"),
      end: note("end"),
      get: (key: number, keyLength: number, area: number) => {
        const value = this.values.get(this.#text(key, keyLength));
        this.#view().setUint8(area, value === undefined ? 0 : 1);
        if (value === undefined) return;
        const [at, length] = this.#place(value);
        this.#view().setUint32(area + 4, at, true);
        this.#view().setUint32(area + 8, length, true);
      },
      put: (key: number, keyLength: number, at: number, length: number) => {
        this.values.set(this.#text(key, keyLength), this.#copy(at, length));
      },
      delete: (key: number, keyLength: number) => {
        this.values.delete(this.#text(key, keyLength));
      },
      log: (level: number, at: number, length: number) => {
        this.logs.push(`${LEVELS[level]}: ${this.#text(at, length)}`);
      },
    };
  }
}
