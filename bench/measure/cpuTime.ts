/**
 * CPU time of a process and all its descendants, from /proc.
 *
 * `/proc/PID/stat` gives user and system time in ticks of 10 ms, which is too coarse for a slice of a second. Where
 * the kernel shows a thread's exact run time (`se.sum_exec_runtime` in `/proc/PID/task/TID/sched`), that is taken: the
 * same quantity before it is rounded (proc_pid_stat(5): utime and stime are scaled to it).
 */
import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ, which Linux fixes at 100 for what it shows to programs. */
const TICK_MS = 10;
const EXACT = /^se\.sum_exec_runtime\s*:\s*([\d.]+)/m;

/** Milliseconds by process, or by thread where the kernel tells. */
export type CpuReading = ReadonlyMap<string, number>;

/** The CPU time of `pid` and its descendants so far. */
export function readCpu(pid: number): CpuReading {
  const reading = new Map<string, number>();
  for (const one of tree(pid)) {
    for (const thread of threads(one)) {
      const sched = readText(`/proc/${one}/task/${thread}/sched`);
      const exact = sched === null ? null : EXACT.exec(sched);
      if (exact !== null) reading.set(`${one}/${thread}`, Number(exact[1]));
    }
    if (!reading.has(`${one}/${one}`)) reading.set(`${one}`, statMs(one));
  }
  return reading;
}

/** Milliseconds between two readings. */
export function cpuMsBetween(before: CpuReading, after: CpuReading): number {
  let sum = 0;
  for (const [key, ms] of after) sum += ms - (before.get(key) ?? 0);
  return sum;
}

/** `pid` and all that descend from it. */
export function tree(pid: number): number[] {
  const found = [pid];
  for (const parent of found) {
    for (const thread of threads(parent)) {
      const children = readText(`/proc/${parent}/task/${thread}/children`) ?? "";
      found.push(...children.split(" ").filter(Boolean).map(Number));
    }
  }
  return found;
}

/** Resident memory of one process, in bytes. */
export function readRss(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? "");
  if (line === null) throw new Error(`process ${pid} is gone, so its memory cannot be read`);
  return Number(line[1]) * 1024;
}

/** Resident memory of one process that no file backs, in bytes: what it cannot do without, and nothing else can have. */
export function readAnonymous(pid: number): number {
  const line = /^Anonymous:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/smaps_rollup`) ?? "");
  if (line === null) throw new Error(`process ${pid} is gone, or the kernel does not show its memory`);
  return Number(line[1]) * 1024;
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // The process has ended since its parent named it.
  }
}

/** utime and stime: the 14th and 15th field, counted after the name, which may hold spaces. */
function statMs(pid: number): number {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return 0;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null; // As above, or a kernel that does not show this file.
  }
}
