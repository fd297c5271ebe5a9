/** What a route answers with. */
import type { ReadStream } from "node:fs";

export interface Reply {
  status: number;
  type: string;
  body: string | Buffer | ReadStream;
}

export function json(value: unknown, status = 200): Reply {
  return { status, type: "application/json; charset=utf-8", body: `${JSON.stringify(value)}\n` };
}
