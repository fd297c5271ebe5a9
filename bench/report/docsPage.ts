/** docs/benchmarks.md: its figures stand between two markers and come from a run alone; the rest is written by hand. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Seen from bench/dist/report. */
const PAGE = fileURLToPath(new URL("../../../docs/benchmarks.md", import.meta.url));
const BEGIN = "<!-- begin: figures -->";
const END = "<!-- end: figures -->";

/** Replaces the figures on the page. @throws Error when the markers are not there */
export function writeFigures(figures: string): void {
  const page = readFileSync(PAGE, "utf8");
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} lacks the markers ${BEGIN} and ${END}`);
  writeFileSync(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${page.slice(end)}`);
}
