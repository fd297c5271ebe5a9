/** A program of its own, because the compilers leave a service running for as long as their process lives. */
import { buildAll } from "../harness/components.ts";

await buildAll();
