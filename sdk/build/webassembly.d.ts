/** The part of the WebAssembly API that the toolchain uses; the types of Node.js 20 do not declare its values. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: "Module";
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  const Module: {
    imports(module: Module): { module: string; name: string; kind: string }[];
  };
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Record<string, Record<string, unknown>>): Promise<Instance>;
}
