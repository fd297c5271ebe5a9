/**
 * A thread that does nothing but wake the others when a send is due. Node's timers are a millisecond late on
 * average, which would be counted as round trip; a thread that waits on memory (`Atomics.wait`) wakes within
 * 0.2 ms, and an event loop takes its message at once.
 */
import { type MessagePort, workerData } from "node:worker_threads";
import { monotonicMs, Schedule } from "./schedule.ts";

export interface PacerData {
  /** One a thread: where to wake it, and its number of players. */
  threads: { port: MessagePort; players: number }[];
  rate: number;
  durationS: number;
  /** When the first send is due, on the monotonic clock. */
  startMs: number;
}

function pace(data: PacerData): void {
  const sleepers = data.threads.map(({ port, players }) => ({
    port,
    schedule: new Schedule(players, data.rate, data.durationS),
    next: 0,
  }));
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    let dueMs = Number.POSITIVE_INFINITY;
    for (const { schedule, next } of sleepers) {
      if (next < schedule.total) dueMs = Math.min(dueMs, data.startMs + schedule.due(next));
    }
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const waitMs = dueMs - monotonicMs();
    if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
    for (const sleeper of sleepers) {
      if (passDue(sleeper, dueMs - data.startMs)) sleeper.port.postMessage(null);
    }
  }
}

/** Steps over the sends that are due by now; whether there were any. */
function passDue(sleeper: { schedule: Schedule; next: number }, elapsedMs: number): boolean {
  const before = sleeper.next;
  while (sleeper.next < sleeper.schedule.total && sleeper.schedule.due(sleeper.next) <= elapsedMs)
    sleeper.next++;
  return sleeper.next > before;
}

pace(workerData as PacerData);
