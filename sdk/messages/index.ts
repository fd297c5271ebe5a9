/** Typed messages: a schema file to code for both sides of the wire. */
export { generateAssembly } from "./generate/assembly.ts";
export { generateTypeScript } from "./generate/typescript.ts";
export { SchemaError, type SchemaFault } from "./schema/fault.ts";
export { fingerprint } from "./schema/fingerprint.ts";
export { parseSchema } from "./schema/parse.ts";
export type { Schema } from "./schema/schema.ts";
