/** The part of the WebAssembly JavaScript interface that these tests use; the types of Node.js 20 lack its values. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  class Global<T = unknown> {
    value: T;
  }
  class RuntimeError extends Error {}
  function validate(bytes: Uint8Array): boolean;
}
