/** The outcome of a load run: figures in milliseconds, and whether the run passed. */

import { Histogram } from "../../telemetry/histogram.ts";
import type { HistogramState } from "../../telemetry/stats.ts";
import type { LoadPlan } from "./plan.ts";
import type { SwarmResult } from "./swarm.ts";
import { type LoadErrorCount, Tally } from "./tally.ts";

/** Milliseconds; all 0 when `count` is. */
export interface Percentiles {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

/** What `rockpool load --json` prints. */
export interface LoadReport {
  function: string;
  url: string;
  mode: LoadPlan["mode"];
  players: number;
  rooms: number;
  rate: number;
  durationS: number;
  threads: number;
  joined: number;
  /** From the start of the connection to WELCOME, redirects included. */
  joinMs: Percentiles;
  /** From the moment the schedule wanted the send to its answer. */
  roundTripMs: Percentiles;
  /** How late the tester itself was to send; the round trip includes it. */
  sendLateMs: Percentiles;
  /** Sends that were due for connected players, and those never answered. */
  offered: number;
  unanswered: number;
  /** During play. */
  framesPerSecond: { sent: number; received: number };
  bytes: { sent: number; received: number };
  errors: LoadErrorCount[];
  maxP99Ms: number | null;
  passed: boolean;
  /** Why not, when `passed` is false. */
  failures: string[];
}

/** A share of unanswered sends from which the 99th percentile of all sends is no longer known. */
const P99_SHARE = 0.01;

/** Adds up what the threads have counted. */
export function mergeResults(results: SwarmResult[]): SwarmResult {
  const [join, roundTrip, sendLate, errors] = [
    new Histogram(),
    new Histogram(),
    new Histogram(),
    new Tally(),
  ];
  for (const result of results) {
    join.merge(result.join);
    roundTrip.merge(result.roundTrip);
    sendLate.merge(result.sendLate);
    errors.merge(result.errors);
  }
  const sum = (pick: (result: SwarmResult) => number) =>
    results.reduce((total, result) => total + pick(result), 0);
  return {
    joined: sum((result) => result.joined),
    settled: sum((result) => result.settled),
    open: sum((result) => result.open),
    offered: sum((result) => result.offered),
    answered: sum((result) => result.answered),
    framesSent: sum((result) => result.framesSent),
    framesReceived: sum((result) => result.framesReceived),
    bytesSent: sum((result) => result.bytesSent),
    bytesReceived: sum((result) => result.bytesReceived),
    join: join.state(),
    roundTrip: roundTrip.state(),
    sendLate: sendLate.state(),
    errors: errors.counts(),
  };
}

/** @param elapsedS how long the run has really lasted, joins and farewell excluded */
export function makeReport(plan: LoadPlan, total: SwarmResult, elapsedS: number): LoadReport {
  const roundTripMs = percentiles(total.roundTrip);
  const unanswered = total.offered - total.answered;
  const sendLateMs = percentiles(total.sendLate);
  const failures = failuresOf(plan, total, { roundTripMs, sendLateMs, unanswered });
  return {
    function: plan.function,
    url: plan.url,
    mode: plan.mode,
    players: plan.players,
    rooms: plan.rooms,
    rate: plan.rate,
    durationS: rounded(elapsedS),
    threads: plan.threads,
    joined: total.joined,
    joinMs: percentiles(total.join),
    roundTripMs,
    sendLateMs,
    offered: total.offered,
    unanswered,
    framesPerSecond: {
      sent: perSecond(total.framesSent, elapsedS),
      received: perSecond(total.framesReceived, elapsedS),
    },
    bytes: { sent: total.bytesSent, received: total.bytesReceived },
    errors: total.errors,
    maxP99Ms: plan.maxP99Ms,
    passed: failures.length === 0,
    failures,
  };
}

function failuresOf(
  plan: LoadPlan,
  total: SwarmResult,
  {
    roundTripMs: { p99 },
    sendLateMs,
    unanswered,
  }: Pick<LoadReport, "roundTripMs" | "sendLateMs" | "unanswered">,
): string[] {
  const failures: string[] = [];
  if (total.joined < plan.players) {
    failures.push(`${plan.players - total.joined} of ${plan.players} players could not join`);
  }
  const lost = total.errors.reduce((sum, { phase, count }) => sum + (phase === "play" ? count : 0), 0);
  if (lost > 0) failures.push(`${lost} players lost their connection`);
  if (total.joined > 0 && total.answered === 0) {
    const why = plan.mode === "echo" ? "; does it send DATA back unchanged? If not, use --mode ping" : "";
    failures.push(`nothing that was sent to ${plan.function} was answered${why}`);
  }
  if (plan.maxP99Ms === null) return failures;
  if (p99 > plan.maxP99Ms) {
    failures.push(
      `p99 of the round trip is ${p99} ms, over ${plan.maxP99Ms} ms${blame(p99, plan.maxP99Ms, sendLateMs)}`,
    );
  } else if (unanswered > total.offered * P99_SHARE) {
    failures.push(`${unanswered} of ${total.offered} sends had no answer, so p99 has no bound`);
  }
  return failures;
}

/** Says when the tester's own lateness alone could be what is over the bound. */
function blame(p99: number, maxMs: number, sendLateMs: Percentiles): string {
  if (p99 - sendLateMs.p99 > maxMs) return "";
  const late = `the tester itself sent up to ${sendLateMs.max} ms late: p99 ${sendLateMs.p99} ms`;
  return `; ${late}, so use more threads, fewer players or another machine`;
}

/** Percentiles in milliseconds of a histogram in microseconds. */
export function percentiles(state: HistogramState): Percentiles {
  const histogram = Histogram.from(state);
  const at = (q: number) => rounded(histogram.quantile(q) / 1000);
  return {
    count: histogram.count,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: rounded(histogram.max / 1000),
  };
}

function perSecond(count: number, elapsedS: number): number {
  return elapsedS > 0 ? Math.round(count / elapsedS) : 0;
}

/** To microseconds: more digits would claim more than the clock knows. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
