/** What node, clients and toolchain must agree on; each file is one agreement. */
export * from "./limits.ts";
export * from "./manifest.ts";
export * from "./names.ts";
export * from "./nearest.ts";
export * from "./routing.ts";
export * from "./wire.ts";
