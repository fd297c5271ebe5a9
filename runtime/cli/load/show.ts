/** A load run on the terminal: one line a second while it runs, then the report. */

import { Histogram } from "../../telemetry/histogram.ts";
import type { HistogramState } from "../../telemetry/stats.ts";
import { formatBytes, harmless, note, printLine } from "../output.ts";
import type { LoadPlan } from "./plan.ts";
import { type LoadReport, type Percentiles, percentiles } from "./report.ts";
import type { SwarmResult } from "./swarm.ts";

/** Prints the progress of a run to stderr; figures are those of the last second. */
export class ProgressLines {
  readonly #plan: LoadPlan;
  readonly #startedMs = Date.now();
  #before: { roundTrip: HistogramState; answered: number; atMs: number } | null = null;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
  }

  show(phase: "join" | "play", total: SwarmResult): void {
    const nowMs = Date.now();
    const errors = total.errors.reduce((sum, { count }) => sum + count, 0);
    const parts = [`${Math.round((nowMs - this.#startedMs) / 1000)} s`.padStart(6)];
    if (phase === "join") parts.push(`joining ${total.joined}/${this.#plan.players}`);
    else parts.push(`${total.open} players`, ...this.#lastSecond(total, nowMs));
    if (errors > 0) parts.push(`${errors} errors`);
    note(parts.join("  "));
    this.#before = { roundTrip: total.roundTrip, answered: total.answered, atMs: nowMs };
  }

  #lastSecond(total: SwarmResult, nowMs: number): string[] {
    const recent = Histogram.from(total.roundTrip);
    if (this.#before) recent.subtract(this.#before.roundTrip);
    if (recent.count === 0) return ["no answers"];
    const { p50, p99, max } = percentiles(recent.state());
    const seconds = this.#before ? (nowMs - this.#before.atMs) / 1000 : 1;
    const rate = Math.round((total.answered - (this.#before?.answered ?? 0)) / seconds);
    return [`${rate} round trips/s`, `p50 ${shortMs(p50)}`, `p99 ${shortMs(p99)}`, `max ${shortMs(max)}`];
  }
}

/** Prints the report of a run to stdout. */
export function showReport(report: LoadReport): void {
  const { players, rooms, rate, mode } = report;
  printLine(
    `${report.function} at ${report.url}: players ${players}, rooms ${rooms}, sends a second each ${rate} (${mode}), ` +
      `seconds ${report.durationS}, threads ${report.threads}`,
  );
  printLine();
  printLine(
    `${"milliseconds".padEnd(12)}${HEADS.map((head) => head.padStart(10)).join("")}${"count".padStart(12)}`,
  );
  showPercentiles("join", report.joinMs);
  showPercentiles("round trip", report.roundTripMs);
  showPercentiles("sent late", report.sendLateMs);
  printLine();
  printLine(`joined      ${report.joined} of ${players} players`);
  printLine(`round trips ${report.offered - report.unanswered} of ${report.offered} answered`);
  const { framesPerSecond: frames, bytes } = report;
  printLine(`sent        ${frames.sent} frames/s, ${formatBytes(bytes.sent)}`);
  printLine(`received    ${frames.received} frames/s, ${formatBytes(bytes.received)}`);
  for (const { phase, code, reason, count } of report.errors) {
    printLine(`error       ${count} × ${phase} ${code === 0 ? "" : `${code} `}${harmless(reason)}`);
  }
  printLine();
  if (report.passed) printLine("passed");
  for (const failure of report.failures) printLine(`FAILED      ${harmless(failure)}`);
}

const HEADS = ["p50", "p90", "p99", "p99.9", "max"] as const;

function showPercentiles(name: string, { p50, p90, p99, p999, max, count }: Percentiles): void {
  const figures = [p50, p90, p99, p999, max].map((value) => value.toFixed(value < 10 ? 3 : 1).padStart(10));
  printLine(`${name.padEnd(12)}${figures.join("")}${String(count).padStart(12)}`);
}

function shortMs(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
