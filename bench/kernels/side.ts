/**
 * One of the two modules that are compared, ready to run. Each is instantiated several times under different
 * bytes, because V8 keeps one machine code for equal bytes, and where that code lies in memory decides over
 * some percent of its speed.
 */
import { ABI } from "@rockpool/runtime/image/abi.js";
import { DEPTH_BUDGET } from "@rockpool/runtime/wasm/limits.js";

/** Larger than any slice uses. */
const FUEL = 1n << 50n;

export class Side {
  readonly #run: () => number;
  readonly #fuel: WebAssembly.Global<bigint> | undefined;
  readonly #depth: WebAssembly.Global<number> | undefined;

  constructor(wasm: Uint8Array, salt: number) {
    const module = new WebAssembly.Module(salted(wasm, salt));
    const { exports } = new WebAssembly.Instance(module, {});
    this.#fuel = exports[ABI.fuel] as WebAssembly.Global<bigint> | undefined;
    this.#depth = exports[ABI.depth] as WebAssembly.Global<number> | undefined;
    this.#run = exports.run as () => number;
    this.#refill();
    (exports[ABI.initialize] as (() => void) | undefined)?.();
  }

  #refill(): void {
    if (this.#fuel === undefined || this.#depth === undefined) return;
    this.#fuel.value = FUEL;
    this.#depth.value = DEPTH_BUDGET;
  }

  /** What the kernel computes. */
  result(): number {
    this.#refill();
    return this.#run();
  }

  /** Milliseconds of so many calls. */
  timed(calls: number): number {
    this.#refill();
    const start = performance.now();
    for (let n = 0; n < calls; n++) this.#run();
    return performance.now() - start;
  }

  /** Fuel units that one call uses; 0 for a module that is not metered. */
  fuelUsed(): number {
    this.#refill();
    this.#run();
    return this.#fuel === undefined ? 0 : Number(FUEL - this.#fuel.value);
  }
}

/** The module with one more custom section, which changes its bytes and nothing else. */
function salted(wasm: Uint8Array, salt: number): Uint8Array {
  const section = [0, 6, 4, ...new TextEncoder().encode("salt"), salt];
  return Uint8Array.from([...wasm, ...section]);
}
