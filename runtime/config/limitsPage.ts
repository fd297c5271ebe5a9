/**
 * The tables of docs/limits.md, made from the tables in code. Run as a program it rewrites the page's marked
 * parts (`node runtime/dist/config/limitsPage.js docs/limits.md`); a test holds page and code together.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { FUNCTION_LIMITS, LIMIT_NAMES } from "@rockpool/protocol";
import { ALL_OPTIONS, defaultOf, flagOf, OPTIONS, variableOf } from "./options.ts";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const code = (text: string) => `\`${text}\``;

function optionsTable(): string {
  const rows = Object.keys(OPTIONS).map((name) => {
    const option = ALL_OPTIONS.get(name)!;
    const spellings = [code(flagOf(name)), code(variableOf(name))];
    return [code(name), spellings.join("<br>"), defaultOf(option), option.kind.range, option.doc];
  });
  return table(["option", "flag, variable", "default", "allowed", "meaning"], rows);
}

function limitsTable(): string {
  const rows = LIMIT_NAMES.map((name) => {
    const spec = FUNCTION_LIMITS[name];
    const [max, ceiling] = [`max.${name}`, ALL_OPTIONS.get(`max.${name}`)!.kind.range];
    const spellings = [max, flagOf(max), variableOf(max)].map(code).join("<br>");
    return [
      code(name),
      String(spec.default),
      String(spec.min),
      String(spec.max),
      spellings,
      ceiling,
      spec.unit,
      spec.meaning,
    ];
  });
  const head = [
    "limit",
    "default",
    "least",
    "node maximum",
    "to change the maximum",
    "allowed maximum",
    "unit",
    "meaning",
  ];
  return table(head, rows);
}

const PARTS: ReadonlyMap<string, () => string> = new Map([
  ["options", optionsTable],
  ["function limits", limitsTable],
]);

/** The page with its marked parts (`<!-- begin: options -->` … `<!-- end: options -->`) made anew. */
export function renderLimitsPage(page: string): string {
  let rendered = page;
  for (const [part, render] of PARTS) {
    const [begin, end] = [`<!-- begin: ${part} -->`, `<!-- end: ${part} -->`];
    const [from, to] = [rendered.indexOf(begin), rendered.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/limits.md lacks the marks "${begin}" and "${end}"`);
    rendered = `${rendered.slice(0, from + begin.length)}\n\n${render()}\n\n${rendered.slice(to)}`;
  }
  return rendered;
}

const [, program, page] = process.argv;
if (program !== undefined && page !== undefined && import.meta.url === pathToFileURL(program).href) {
  writeFileSync(page, renderLimitsPage(readFileSync(page, "utf8")));
}
