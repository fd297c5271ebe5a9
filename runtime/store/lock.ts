/**
 * One node a data folder. The owner stands in the registry and is replaced inside a write transaction, which
 * LMDB serialises across processes: of two nodes that find a dead owner at once, one gets the folder.
 *
 * An owner is its pid and the time its process started, because pids are reused: after a reboot, or in a
 * container whose first process always is pid 1, another process can have the dead owner's pid.
 */
import { readFileSync } from "node:fs";
import type { Database } from "lmdb";
import { StoreError } from "./errors.ts";

export interface Owner {
  pid: number;
  /** When the process started, in the kernel's ticks since boot; null where there is no /proc. */
  started: string | null;
  /** Which boot of the machine `started` counts from. */
  boot: string | null;
}

const KEY = "owner";

/**
 * Takes the folder for this process.
 * @throws StoreError `data-locked` naming the living owner.
 */
export function takeLock(meta: Database<Owner, string>, folder: string): void {
  const owner = meta.transactionSync(() => {
    const current = meta.get(KEY);
    if (current !== undefined && isAlive(current)) return current;
    meta.putSync(KEY, self());
    return undefined;
  });
  if (owner === undefined) return;
  throw new StoreError(
    "data-locked",
    `the data folder ${folder} is used by a running node (pid ${owner.pid}): stop it, or choose another with --data`,
  );
}

export function releaseLock(meta: Database<Owner, string>): void {
  meta.removeSync(KEY);
}

function self(): Owner {
  return { pid: process.pid, started: startOf(process.pid), boot: bootId() };
}

function isAlive(owner: Owner): boolean {
  if (owner.boot !== bootId() || owner.started !== startOf(owner.pid)) return false;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)); the name in field 2 may hold spaces and parentheses. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return null;
  }
}
