/** Bytes straight onto a TCP connection, for requests that no HTTP client would send. */
import { connect } from "node:net";
import { within } from "./until.ts";

/** Sends these bytes and resolves with everything that comes back until the other side closes. */
export function exchange(
  port: number,
  bytes: string | Uint8Array,
  { thenEnd = false } = {},
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  const closed = new Promise<string>((resolve) => {
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    // A reset is an answer too: an empty one.
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
  socket.write(bytes);
  if (thenEnd) socket.end();
  return within("the end of the connection", closed).finally(() => socket.destroy());
}

/** Sends these bytes, then cuts the connection without closing it. Resolves when they are sent. */
export function cutOff(port: number, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", reject);
    socket.write(bytes, () => {
      socket.resetAndDestroy();
      resolve();
    });
  });
}

/** The status of an HTTP answer; 0 when there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
