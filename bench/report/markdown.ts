/** Results as docs/benchmarks.md shows them: with the machine, the commit and the command that gave them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import type { BenchResult } from "../bench.ts";
import { rows } from "./table.ts";

/** @param command as somebody would type it to get these figures */
export function markdown(results: readonly BenchResult[], command: string): string {
  const tables = results.map((result) => {
    const lines = rows(result).map(
      ({ metric, value, target, verdict }) => `| \`${metric}\` | ${value} | ${target} | ${verdict} |`,
    );
    const head = ["| metric | figure | target | |", "|---|---:|---|---|"];
    return [
      `### ${result.bench}`,
      "",
      `${result.samples.toLocaleString("en")} samples.`,
      "",
      ...head,
      ...lines,
    ].join("\n");
  });
  const about = [`- command: \`${command}\``, `- commit: \`${commit()}\``, `- machine: ${machine()}`].join(
    "\n",
  );
  return [about, ...tables].join("\n\n");
}

function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const system = /^PRETTY_NAME="?([^"\n]+)/m.exec(osRelease())?.[1] ?? process.platform;
  return (
    `${processors.length} × ${model}, ${memory} GiB, ${system}, kernel ${release()}, ` +
    `Node.js ${process.versions.node} (V8 ${process.versions.v8})`
  );
}

function osRelease(): string {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return ""; // Not every system has it; the kernel's release says enough.
  }
}

/** The commit that is checked out, marked when files differ from it. */
function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--abbrev=12"], {
      encoding: "utf8",
    }).trim();
  } catch {
    return "unknown (not a git checkout)";
  }
}
