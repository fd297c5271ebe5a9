/** A reading of everything that a shard counts and times. */
import type { WorkerCalls } from "../call/workerCalls.ts";
import type { FrontCounters } from "../front/counters.ts";
import type { DeployedFunction, Functions } from "../instance/functions.ts";
import type { RoomMeters } from "../room/meters.ts";
import type { Rooms } from "../room/rooms.ts";
import type { RoomTotals } from "../room/summary.ts";
import type { FunctionStats, ShardStats } from "../telemetry/stats.ts";

export interface StatsSource {
  shard: number;
  connections: number;
  functions: Functions;
  rooms: Rooms;
  meters: RoomMeters;
  calls: WorkerCalls;
  counters: FrontCounters;
}

export function readStats(source: StatsSource): ShardStats {
  const { meters, counters, calls } = source;
  const functions = [...source.functions.all()].map((deployed) =>
    readFunction(deployed, source.rooms.totals(deployed.name)),
  );
  const memory = process.memoryUsage();
  return {
    shard: source.shard,
    pid: process.pid,
    rooms: source.rooms.count,
    players: functions.reduce((sum, one) => sum + one.players, 0),
    connections: source.connections,
    rssBytes: memory.rss,
    heapBytes: memory.heapUsed,
    callsRunning: calls.running,
    callsWaiting: calls.waiting,
    functions,
    counters: {
      messages_in: counters.messagesIn,
      messages_out: counters.messagesOut,
      bytes_in: counters.bytesIn,
      bytes_out: counters.bytesOut,
      connections_opened: counters.connectionsOpened,
      upgrades_refused: counters.upgradesRefused,
      http_requests: counters.httpRequests,
      rooms_created: meters.roomsCreated,
      rooms_ended: meters.roomsEnded,
      rooms_failed: meters.roomsFailed,
      ticks: meters.ticks,
      ticks_dropped: meters.ticksDropped,
      ticks_skipped: meters.ticksSkipped,
      tick_overruns: meters.tickOverruns,
      calls: calls.meters.calls,
      calls_failed: calls.meters.failed,
      calls_over_time: calls.meters.overTime,
      calls_busy: calls.meters.busy,
      fuel: meters.fuel + calls.meters.fuel,
      guest_log_bytes_dropped: meters.guestLogBytesDropped + calls.meters.guestLogBytesDropped,
      rollbacks: meters.rollbacks,
      snapshots: meters.snapshots,
      rooms_slept: meters.roomsSlept,
      rooms_restored: meters.roomsRestored,
      rooms_migrated: meters.roomsMigrated,
      migrations_refused: meters.migrationsRefused,
      store_failures: meters.storeFailures,
    },
    closes: { ...counters.closes },
    histograms: {
      claim: meters.claim.state(),
      cold_start: meters.coldStart.state(),
      snapshot: meters.snapshot.state(),
      migration: meters.migration.state(),
      wake: meters.wake.state(),
      tick_late: meters.tickLate.state(),
      tick_run: meters.tickRun.state(),
      call: calls.meters.total.state(),
      call_run: calls.meters.run.state(),
    },
  };
}

function readFunction(deployed: DeployedFunction, totals: RoomTotals): FunctionStats {
  const { pool } = deployed;
  return {
    function: deployed.name,
    version: deployed.record.info.digest,
    state: deployed.state,
    error: deployed.error,
    poolSize: pool?.size ?? 0,
    poolTarget: pool?.target ?? 0,
    claims: pool?.claims ?? 0,
    misses: pool?.misses ?? 0,
    rooms: totals.rooms,
    sleeping: totals.sleeping,
    players: totals.players,
    fuel: totals.fuel + deployed.fuelOfEnded,
  };
}
