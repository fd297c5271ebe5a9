/** Messages through connections that are held: at a fixed rate, one after the other, or as many as can be. */
import { setTimeout as sleep } from "node:timers/promises";
import { crowd } from "./crowds.ts";

/** Longest wait for the last echoes, in milliseconds; a server that has lost some would keep the bench for ever. */
const LAST_ECHOES_MS = 5_000;

/**
 * The schedule is fixed beforehand and knows nothing of answers: a slow server is offered no less. Timers wake once a
 * millisecond, and what is due by then goes out, each message as a write of its own.
 */
export async function steady(request: {
  label: string;
  perSecond: number;
  seconds: number;
}): Promise<{ messages: number }> {
  const players = crowd(request.label);
  const messages = Math.round(request.perSecond * request.seconds);
  let echoes = 0;
  for (const player of players) {
    player.heard = () => {
      echoes++;
    };
  }
  const startMs = performance.now();
  for (let sent = 0; sent < messages; ) {
    await sleep(1);
    const due = Math.min(messages, ((performance.now() - startMs) / 1000) * request.perSecond);
    for (; sent < due; sent++) {
      const player = players[sent % players.length]!;
      player.write(player.frame);
    }
  }
  const endMs = performance.now() + LAST_ECHOES_MS;
  while (echoes < messages && performance.now() < endMs) await sleep(1);
  if (echoes !== messages) throw new Error(`${messages} messages were sent, ${echoes} came back`);
  return { messages };
}

export async function roundTrips(request: { label: string; count: number }): Promise<number[]> {
  const player = crowd(request.label)[0]!;
  const times = new Float64Array(request.count);
  await new Promise<void>((resolve) => {
    let done = 0;
    let sentMs = 0;
    const next = (): void => {
      sentMs = performance.now();
      player.write(player.frame);
    };
    player.heard = () => {
      times[done++] = (performance.now() - sentMs) * 1000;
      if (done === request.count) resolve();
      else next();
    };
    next();
  });
  return [...times];
}

export async function flood(request: {
  label: string;
  window: number;
  seconds: number;
}): Promise<{ messages: number }> {
  const players = crowd(request.label);
  let messages = 0;
  let isOn = true;
  for (const player of players) {
    // Answers are awaited and sent for in halves of the window, so that a write carries many frames.
    const half = Math.max(1, request.window >> 1);
    const frames = Buffer.concat(Array<Buffer>(half).fill(player.frame));
    let heard = 0;
    player.heard = () => {
      messages++;
      if (++heard % half === 0 && isOn) player.write(frames);
    };
    player.write(frames);
    player.write(frames);
  }
  await sleep(request.seconds * 1000);
  isOn = false;
  // What is still under way belongs to no one's window.
  for (let last = -1; last !== messages; ) {
    last = messages;
    await sleep(50);
  }
  return { messages };
}
