/**
 * One live instantiation of an image, below the level of any world: its memory, its fuel and what went wrong.
 *
 * Invariants. A guest is entered by one callback at a time and never re-entered. Nothing that the host does
 * throws through guest frames, because a guest's `catch_all` would swallow it: a fault is remembered here, the
 * fuel is taken away so that the guest traps at its next charge, and `finish` reports the first fault.
 * Pointers and lengths are unsigned and checked before use.
 */
import { ABI, ENTRY, globalExport } from "../image/abi.ts";
import { DEPTH_BUDGET } from "../wasm/limits.ts";
import { copyBytes } from "./copy.ts";
import { DONE, type Done, type Fault, type FaultCode } from "./outcome.ts";
import type { RoomHost } from "./roomHost.ts";

const NO_FUEL = -1n;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A module that fails before its first callback: no instance of it can serve. */
export class InitializationError extends Error {
  override readonly name = "InitializationError";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(`its initialisation failed: ${code}: ${message}; what it does there belongs into create`);
    this.code = code;
  }
}

type OpeningRealloc = (fuel: number, old: number, oldSize: number, align: number, size: number) => number;

export interface GuestExports {
  memory: WebAssembly.Memory;
  realloc: ((old: number, oldSize: number, align: number, size: number) => number) | undefined;
  callback(name: string): ((...flat: number[]) => number) | undefined;
}

export class Guest implements GuestExports {
  readonly memory: WebAssembly.Memory;
  readonly realloc: GuestExports["realloc"];
  readonly globals: WebAssembly.Global[] = [];
  /** Pages at birth: a guest that has grown is not reused. */
  readonly initialBytes: number;
  host: RoomHost;
  /** Fuel of each callback. */
  readonly budget: number;
  /** Fuel that the last callback used, host bytes included. */
  fuelUsed = 0;

  readonly #exports: Record<string, unknown>;
  readonly #fuel: WebAssembly.Global<bigint>;
  readonly #depth: WebAssembly.Global<number>;
  readonly #openingRealloc: OpeningRealloc;
  #bytes: Uint8Array;
  #fault: Fault | null = null;
  #callback = "";
  #mayCallHost = false;
  #hostFuel = 0;

  /**
   * @param fuel budget of each callback.
   * @throws InitializationError when a segment does not fit, or the module's initialisation traps or calls its host.
   */
  constructor(
    module: WebAssembly.Module,
    imports: Record<string, Record<string, unknown>>,
    host: RoomHost,
    globals: number,
    fuel: number,
  ) {
    this.host = host;
    this.#exports = instantiate(module, imports);
    this.memory = this.#exports[ABI.memory] as WebAssembly.Memory;
    this.realloc = this.#exports[ABI.realloc] as GuestExports["realloc"];
    this.#fuel = this.#exports[ABI.fuel] as WebAssembly.Global<bigint>;
    this.#depth = this.#exports[ABI.depth] as WebAssembly.Global<number>;
    for (let n = 0; n < globals; n++) this.globals.push(this.#exports[globalExport(n)] as WebAssembly.Global);
    this.#openingRealloc = this.#exports[ENTRY.openingRealloc] as OpeningRealloc;
    this.budget = fuel;
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.begin(ABI.initialize);
    try {
      this.callback(ABI.initialize)?.();
    } catch (error) {
      this.trapped(error);
    }
    if (this.#fault !== null) throw new InitializationError(this.#fault.code, this.#fault.message);
    this.initialBytes = this.bytes.length;
  }

  callback(name: string): ((...flat: number[]) => number) | undefined {
    return this.#exports[name] as ((...flat: number[]) => number) | undefined;
  }

  /** The memory as it is now; growing it detaches the former view. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.memory.buffer);
    return this.#bytes;
  }

  /** Whether the state is the memory's first size and no fault: only then a reset makes it as new. */
  get reusable(): boolean {
    return this.#fault === null && this.bytes.length === this.initialBytes;
  }

  /** Opens a callback: full budgets, and no host calls until `open`, so that `realloc` cannot make any. */
  begin(callback: string): void {
    this.enter(callback);
    this.#fuel.value = BigInt(this.budget);
    this.#depth.value = DEPTH_BUDGET;
  }

  /** The same without the budgets, for callbacks whose first entry into the guest sets them. */
  enter(callback: string): void {
    active.guest = this;
    this.#callback = callback;
    this.#mayCallHost = false;
    this.#hostFuel = 0;
  }

  /** `begin` and `pass`, of `data` from an index on, in one entry into the guest. May throw a trap. */
  beginWith(callback: string, data: Uint8Array, from: number): number {
    this.enter(callback);
    const length = data.length - from;
    const at = this.#openingRealloc(this.budget, 0, 0, 1, length) >>> 0;
    if (!this.holds(at, length) || this.#fault !== null) return -1;
    copyBytes(data, from, length, this.bytes, at);
    return at;
  }

  /** From here on the guest may call its host. */
  open(): void {
    this.#mayCallHost = true;
  }

  /** From here on (post-return, reading results) it may not. */
  shut(): void {
    this.#mayCallHost = false;
  }

  /** Closes a callback that has returned or trapped. @param left its fuel, where the guest has answered it. */
  finish(left = Number(this.#fuel.value)): Done | Fault {
    this.#mayCallHost = false;
    const { budget } = this;
    // A charge that was refused still counted: past the budget nothing was used.
    const used = Math.min(budget - left, budget) + this.#hostFuel;
    this.fuelUsed = Math.min(used, budget);
    if (used > budget) {
      this.fail("out-of-fuel", "the callback's own work and the bytes it moved used more than its fuel");
    }
    return this.#fault ?? DONE;
  }

  get failed(): boolean {
    return this.#fault !== null;
  }

  /** Remembers the first fault and takes the fuel, so that the guest traps at its next charge. */
  fail(code: FaultCode, message: string): void {
    this.#fault ??= { status: "fault", code, callback: this.#callback, message };
    this.#fuel.value = NO_FUEL;
  }

  /** Names what a thrown error means. */
  trapped(error: unknown): void {
    if (this.#fault !== null) return;
    if (this.#fuel.value < 0n)
      this.fail("out-of-fuel", `the callback used more than its ${this.budget} units of fuel`);
    else if (this.#depth.value < 0) this.fail("too-deep", "calls nest too deep (endless recursion?)");
    else if (error instanceof WebAssembly.RuntimeError) this.fail("trap", describeTrap(error));
    else if (error instanceof RangeError) this.fail("too-deep", "calls nest too deep for the host's stack");
    else this.fail("internal", String(error));
  }

  /** Whether a host call is allowed now, and charges its bytes; a guest that asks at the wrong time has failed. */
  admit(bytes: number): boolean {
    if (this.#mayCallHost) return this.charge(bytes);
    this.fail("abi", "host functions may not be called from initialisation, cabi_realloc or post-return");
    return false;
  }

  /** Charges bytes that are copied between guest and host; false after a fault. */
  charge(bytes: number): boolean {
    this.#hostFuel += bytes;
    if (this.#hostFuel > this.budget) {
      this.fail("out-of-fuel", "bytes moved between the callback and its host used up its fuel");
    }
    return this.#fault === null;
  }

  /** Whether `length` bytes at `at` lie inside the memory. Both are unsigned already. */
  holds(at: number, length: number): boolean {
    if (at + length <= this.bytes.length) return true;
    this.fail("abi", `a pointer lies outside memory (${at} + ${length} of ${this.bytes.length})`);
    return false;
  }

  /** Text at `at`, or null after a fault. */
  text(at: number, length: number): string | null {
    if (!this.holds(at, length)) return null;
    try {
      return utf8.decode(this.bytes.subarray(at, at + length));
    } catch {
      this.fail("abi", "text is not UTF-8");
      return null;
    }
  }

  /** Space from the guest's own allocator; -1 after a fault. Host calls are off meanwhile. */
  allocate(align: number, size: number): number {
    if (this.realloc === undefined) {
      this.fail("abi", "the module exports no cabi_realloc");
      return -1;
    }
    const might = this.#mayCallHost;
    this.#mayCallHost = false;
    const at = this.realloc(0, 0, align, size) >>> 0;
    this.#mayCallHost = might;
    if (at % align !== 0) this.fail("abi", "cabi_realloc returned an unaligned pointer");
    return this.holds(at, size) && !this.failed ? at : -1;
  }

  /**
   * Copies `data` into the guest; its address there, or -1 after a fault. May throw a trap.
   * Nothing is passed like something: a null pointer to an empty list is undefined behaviour in Rust.
   */
  pass(data: Uint8Array): number {
    const at = this.allocate(1, data.length);
    if (at >= 0) this.bytes.set(data, at);
    return at;
  }

  readU32(at: number): number {
    const bytes = this.bytes;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  writeU32(at: number, value: number): void {
    const bytes = this.bytes;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
  }
}

/** The guest that runs on this thread. Guests are synchronous and never nest, so one set of imports serves all. */
export const active: { guest: Guest | null } = { guest: null };

/** Instantiation itself traps where a segment does not fit its memory or table. */
function instantiate(
  module: WebAssembly.Module,
  imports: Record<string, Record<string, unknown>>,
): Record<string, unknown> {
  try {
    return new WebAssembly.Instance(module, imports).exports;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw new InitializationError("trap", error.message);
    throw error;
  }
}

/** The engine's reason and the guest's own frames, without the host's. */
function describeTrap(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => line.includes("wasm://"));
  const places = frames.slice(0, 8).map((line) => line.trim().replace(/wasm:\/\/wasm\/\w+:/, ""));
  return places.length === 0 ? error.message : `${error.message} (${places.join(", ")})`;
}
