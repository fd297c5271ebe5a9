/** `npm run bench -- NAME`: runs one bench or all of them, and prints one JSON object as its last line. */
import { parseArgs } from "node:util";
import type { Bench, BenchResult } from "./bench.ts";
import { BENCHES } from "./benches.ts";
import { writeFigures } from "./report/docsPage.ts";
import { markdown } from "./report/markdown.ts";
import { textTable } from "./report/table.ts";
import { Stage } from "./stage.ts";

const ALL = "all";

const USAGE = `usage: npm run bench -- NAME [--json] [--markdown] [--docs] [--quick]

${[...BENCHES, { name: ALL, about: "all of them" }].map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join("\n")}

  --json      print nothing but the result
  --markdown  print the figures as Markdown, with machine, commit and command
  --docs      write them into docs/benchmarks.md
  --quick     a few seconds a bench, to see that it runs; its figures mean nothing
  --help

The last line is {"bench": NAME, "samples": N, "metrics": {...}}. Progress goes to standard error.`;

async function runOne(bench: Bench, quick: boolean): Promise<BenchResult> {
  const stage = new Stage();
  const note = (text: string): void => {
    process.stderr.write(`${bench.name}: ${text}\n`);
  };
  try {
    return { bench: bench.name, ...(await bench.run({ quick, stage, note })) };
  } finally {
    await stage.close();
  }
}

/** One result as it is; several as one, each metric under `bench.metric`. */
function combined(results: readonly BenchResult[]): BenchResult {
  const [first, second] = results;
  if (first !== undefined && second === undefined) return first;
  const metrics = results.flatMap((result) =>
    Object.entries(result.metrics).map(([metric, value]) => [`${result.bench}.${metric}`, value]),
  );
  const samples = results.reduce((sum, result) => sum + result.samples, 0);
  return { bench: ALL, samples, metrics: Object.fromEntries(metrics) };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      docs: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [name, extra] = positionals;
  const chosen = name === ALL ? BENCHES : BENCHES.filter((bench) => bench.name === name);
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (chosen.length === 0 || extra !== undefined) {
    console.error(
      `${name === undefined ? "name a bench" : `no such bench: ${positionals.join(" ")}`}\n\n${USAGE}`,
    );
    return 64;
  }
  const results: BenchResult[] = [];
  for (const bench of chosen) {
    const result = await runOne(bench, values.quick);
    results.push(result);
    if (!values.json && !values.markdown) console.log(`${textTable(result)}\n`);
  }
  const figures = markdown(results, `npm run bench -- ${name}${values.quick ? " --quick" : ""}`);
  if (values.markdown) console.log(`${figures}\n`);
  if (values.docs) writeFigures(figures);
  console.log(JSON.stringify(combined(results)));
  return 0;
}

// An ordinary exit, so that what was started is ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
}
