/** What came of taking rooms to another version, as shards tell the supervisor and the supervisor whoever deployed. */
import type { KeptCode } from "./durable/migrate.ts";

/** Rooms that stay on their version for the same reason. */
export interface KeptRooms {
  readonly code: KeptCode | "load-failed" | "internal";
  /** May be the guest's words: untrusted text. */
  readonly reason: string;
  readonly rooms: number;
  /** The name of one of them. */
  readonly example: string;
}

export interface UpdateReport {
  readonly migrated: number;
  readonly kept: readonly KeptRooms[];
}

export const NOTHING_UPDATED: UpdateReport = { migrated: 0, kept: [] };

/** A guest may give each room a reason of its own: so many are told apart, and so much of each is told. */
const MAX_REASONS = 16;
const MAX_REASON_LENGTH = 512;
const OTHERS = "other reasons; the log names each room's";

/** Adds reports up; rooms that were kept for the same reason are counted together. */
export function mergeReports(reports: readonly UpdateReport[]): UpdateReport {
  const kept: KeptRooms[] = [];
  for (const one of reports.flatMap((report) => report.kept)) {
    const isNew = !kept.some((other) => isSame(one, other));
    const told = isNew && kept.length >= MAX_REASONS ? { ...one, reason: OTHERS } : one;
    const at = kept.findIndex((other) => isSame(told, other));
    if (at < 0) kept.push({ ...told, reason: told.reason.slice(0, MAX_REASON_LENGTH) });
    else kept[at] = { ...kept[at]!, rooms: kept[at]!.rooms + told.rooms };
  }
  return { migrated: reports.reduce((sum, { migrated }) => sum + migrated, 0), kept };
}

function isSame(one: KeptRooms, other: KeptRooms): boolean {
  return one.code === other.code && one.reason.slice(0, MAX_REASON_LENGTH) === other.reason;
}
