/** A result as people read it. */
import type { BenchResult } from "../bench.ts";
import { TARGETS } from "../targets.ts";

export interface Row {
  metric: string;
  value: string;
  /** `≤ 1.25`, or empty. */
  target: string;
  verdict: "met" | "missed" | "";
}

export function rows(result: BenchResult): Row[] {
  return Object.entries(result.metrics).map(([metric, value]) => {
    const target = TARGETS[result.bench]?.[metric];
    if (target === undefined) return { metric, value: shown(value), target: "", verdict: "" };
    return {
      metric,
      value: shown(value),
      target: target.text,
      verdict: target.isMet(value) ? "met" : "missed",
    };
  });
}

/** Aligned text for a terminal. */
export function textTable(result: BenchResult): string {
  const lines = rows(result).map(({ metric, value, target, verdict }) =>
    `  ${metric.padEnd(32)}${value.padStart(12)}   ${target.padEnd(10)} ${verdict}`.trimEnd(),
  );
  return [`${result.bench} (${result.samples.toLocaleString("en")} samples)`, ...lines].join("\n");
}

/** Three significant digits, and whole numbers in full. */
function shown(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en");
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
