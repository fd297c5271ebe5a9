/** Runs cases in a process of their own, and notices when it crashes, hangs, or finds something. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Counts } from "./cases.ts";

export interface Campaign {
  readonly seed: number;
  /** Number of the first case. */
  readonly from: number;
  readonly cases: number;
  readonly minutes: number;
  /** The program to watch; another one in the tests of the watch itself. */
  readonly program?: string;
  /** Milliseconds that one case may take; the slowest take well under a second. */
  readonly patience?: number;
}

export type CampaignOutcome =
  | { readonly found: false; readonly counts: Counts }
  | { readonly found: true; readonly caseNumber: number | null; readonly what: string };

const PROGRAM = fileURLToPath(new URL("./child.js", import.meta.url));
const PATIENCE = 60_000;
const LOOK_EVERY = 500;

export async function runCampaign(campaign: Campaign): Promise<CampaignOutcome> {
  const { seed, from, cases, minutes, program = PROGRAM, patience = PATIENCE } = campaign;
  const folder = mkdtempSync(join(tmpdir(), "rockpool-fuzz-"));
  const progressFile = join(folder, "progress");
  const args = [seed, from, cases, minutes].map(String);
  const child = spawn(process.execPath, [program, ...args, progressFile], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  let hung = false;
  let seen: number | null = null;
  let seenAt = Date.now();
  const watch = setInterval(() => {
    const running = readProgress(progressFile);
    if (running !== seen) {
      seen = running;
      seenAt = Date.now();
    } else if (running !== null && Date.now() - seenAt > patience) {
      hung = true;
      child.kill("SIGKILL");
    }
  }, LOOK_EVERY);
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    if (code === 0) return { found: false, counts: JSON.parse(output) as Counts };
    const how = hung ? `it took more than ${patience} ms` : `the process ended with ${signal ?? code}`;
    return { found: true, caseNumber: readProgress(progressFile), what: `${how}\n${errors}` };
  } finally {
    clearInterval(watch);
    rmSync(folder, { recursive: true });
  }
}

/** The case that runs, or ran last; null before the first. */
function readProgress(file: string): number | null {
  try {
    const bytes = readFileSync(file);
    return bytes.length === 8 ? bytes.readDoubleLE() : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
