/** HTTP to a node, with failures of the network in words. */
import { CommandFailure } from "./failure.ts";

/** A deploy takes as long as its function takes to build and warm; nothing else comes near. */
const TIMEOUT_MS = 120_000;

/**
 * As `fetch`.
 * @param advice what to do when nothing answers there
 * @throws CommandFailure when there is no answer
 */
export async function fetchFrom(url: string, init: RequestInit, advice: string): Promise<Response> {
  const { origin } = new URL(url);
  try {
    return await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const reason = cause?.code ?? cause?.message ?? (error as Error).message;
    const isAbsent = reason === "ECONNREFUSED";
    const message = isAbsent ? `no node answers at ${origin}` : `${origin} cannot be reached (${reason})`;
    throw new CommandFailure(isAbsent ? "no-node" : "unreachable", message, advice, { cause: error });
  }
}

/** The body as JSON; null when it is none. */
export async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
