/** What the front counts. Plain numbers, because they are raised on the hot path; telemetry reads them. */
import { CLOSE_MEANING } from "@rockpool/protocol";

export interface FrontCounters {
  /** Frames from players, PINGs and refused ones included. */
  messagesIn: number;
  /** Frames to players, WELCOME, PONG and ERROR included. */
  messagesOut: number;
  /** Bytes of these frames, opcode included. */
  bytesIn: number;
  bytesOut: number;
  connectionsOpened: number;
  /** Upgrades answered with plain HTTP, because of their path, host or subprotocol. */
  upgradesRefused: number;
  httpRequests: number;
  /** Closed connections by close code; codes that are neither ours nor RFC 6455's usual ones under `other`. */
  closes: Record<string, number>;
}

export function makeCounters(): FrontCounters {
  return {
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    connectionsOpened: 0,
    upgradesRefused: 0,
    httpRequests: 0,
    closes: {},
  };
}

const KNOWN_CODES = new Set([...Object.keys(CLOSE_MEANING), "1000", "1001", "1002", "1005", "1006", "1009"]);

/** Counts a close. Codes a client makes up share one key, or it could grow the metrics without bound. */
export function countClose(counters: FrontCounters, code: number): void {
  const key = KNOWN_CODES.has(String(code)) ? String(code) : "other";
  counters.closes[key] = (counters.closes[key] ?? 0) + 1;
}
