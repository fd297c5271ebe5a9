/** Runs test files with node:test, each in a process of its own, and prints its report. */
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { pathToFileURL } from "node:url";

export interface Totals {
  passed: number;
  failed: number;
}

/** Most tests wait for other processes, which want the cores as well. */
const CONCURRENCY = 2;

/** @param timeoutMs for a whole file; one that takes longer is ended, and fails. */
export async function runFiles(files: readonly string[], root: string, timeoutMs: number): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0 };
  if (files.length === 0) return totals;
  const events = run({ files: [...files], concurrency: CONCURRENCY, timeout: timeoutMs });
  events.on("test:pass", ({ name, details, skip, todo }) => {
    // Suites, and files (which are named by their path), are no tests of their own.
    const isTest = details.type !== "suite" && !files.includes(name);
    if (isTest && skip === undefined && todo === undefined) totals.passed++;
  });
  events.on("test:fail", ({ todo }) => {
    if (todo === undefined || todo === false) totals.failed++;
  });
  const report = new PassThrough({ encoding: "utf8" });
  report.on("data", (text: string) => {
    process.stdout.write(text.replaceAll(pathToFileURL(root).href, "").replaceAll(root, ""));
  });
  await pipeline(events, new spec(), report);
  return totals;
}
