/** A process that goes wrong at case 42, in the way that its seed says. */
import { openSync, writeSync } from "node:fs";

const [seed, , , , progressFile] = process.argv.slice(2);
const place = Buffer.alloc(8);
place.writeDoubleLE(42);
writeSync(openSync(progressFile!, "w"), place);
if (seed === "1") for (;;);
if (seed === "2") process.abort();
throw new Error("an oracle found something");
