/**
 * The process that runs the cases, watched by another: a crash or an endless loop would take the watcher with it.
 * The number of the case that runs stands in a file, where it outlives the process.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { Cases } from "./cases.ts";

const [seedText, fromText, casesText, minutesText, progressFile] = process.argv.slice(2);
const seed = Number(seedText);
const last = Number(fromText) + Number(casesText);
const until = Date.now() + Number(minutesText) * 60_000;
/** Cases between two looks at the clock. */
const BATCH = 64;

const progress = openSync(progressFile!, "w");
const place = Buffer.alloc(8);
const cases = await Cases.prepare();
let number = Number(fromText);
try {
  for (; number < last && Date.now() < until; ) {
    for (const end = Math.min(last, number + BATCH); number < end; number++) {
      place.writeDoubleLE(number);
      writeSync(progress, place, 0, 8, 0);
      cases.run(seed, number);
    }
    // Lets the collector finish with the memories of guests that are gone.
    await new Promise(setImmediate);
  }
  process.stdout.write(`${JSON.stringify(cases.counts)}\n`);
} catch (error) {
  process.stderr.write(`case ${number}: ${(error as Error).stack}\n`);
  process.exitCode = 1;
} finally {
  closeSync(progress);
}
