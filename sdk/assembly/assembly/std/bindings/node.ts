/** Replaces AssemblyScript's bindings of the same name, whose functions are imports from Node.js. */
import { ERROR, log } from "@rockpool/assembly/abi/ambient";

export namespace process {
  export const argv: string[] = [];
  /** A room cannot leave its process: this ends the callback. */
  export function exit(code: i32): void {
    log(ERROR, "process.exit(" + code.toString() + ")");
    unreachable();
  }
}
