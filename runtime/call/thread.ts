/**
 * A call thread: images and a warm instance of each, one call at a time. It sleeps on a shared word instead of its
 * event loop, which costs less to wake; the loop turns only while an image is being loaded.
 */
import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { handleCall } from "../instance/callGuest.ts";
import type { Guest } from "../instance/guest.ts";
import { LoadedImage } from "../instance/loadedImage.ts";
import type { BytesOutcome } from "../instance/outcome.ts";
import { Pool } from "../instance/pool.ts";
import { CallHost } from "./callHost.ts";
import { Gate } from "./gate.ts";
import { type AnswerMessage, type CallMessage, type CallResult, READY, type ThreadData } from "./messages.ts";

/** Answers from this size on are handed over instead of copied. */
const TRANSFERRED_BYTES = 16_384;

/** An image that is ready to serve, or why it is not. */
type Loaded = { readonly pool: Pool<Guest>; readonly logBytes: number } | { readonly fault: string };
type Source = NonNullable<CallMessage["image"]>;

const { port, gate: shared } = workerData as ThreadData;
const gate = new Gate(shared);
const sources = new Map<string, Source>();
const images = new Map<string, Loaded>();
const host = new CallHost();

async function serve(): Promise<never> {
  port.postMessage(READY);
  for (let seen = 0; ; ) {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      const call = next.message as CallMessage;
      learn(call);
      if (!gate.begin(call.number)) continue;
      const startMs = performance.now();
      run(images.get(call.digest) ?? (await load(call)), call, startMs);
    }
    seen = gate.wait(seen);
  }
}

/** What comes with a call holds for later ones too, also when this one is withdrawn. */
function learn({ digest, image, forget }: CallMessage): void {
  if (image !== undefined) sources.set(digest, image);
  if (forget === undefined) return;
  sources.delete(forget);
  images.delete(forget);
}

/** A failure is remembered and not tried again. */
async function load({ digest }: CallMessage): Promise<Loaded> {
  let loaded: Loaded;
  try {
    const source = sources.get(digest)!;
    const pool = new Pool(await LoadedImage.load(source, "ahead"), 1, 0, () => {});
    loaded = { pool, logBytes: source.info.manifest.limits.logBytes };
  } catch (error) {
    loaded = { fault: `the function could not be loaded: ${(error as Error).message}` };
  }
  images.set(digest, loaded);
  return loaded;
}

function run(image: Loaded, call: CallMessage, startMs: number): void {
  if ("fault" in image) {
    answer({ status: "failed", message: image.fault }, 0, startMs);
    return;
  }
  const guest = image.pool.claim();
  guest.host = host;
  host.begin(image.logBytes);
  answer(resultOf(handleCall(guest, call.request)), guest.fuelUsed, startMs);
  // The reset is nobody's wait.
  image.pool.release(guest);
  image.pool.tend();
}

function resultOf(outcome: BytesOutcome): CallResult {
  switch (outcome.status) {
    case "bytes":
      return { status: "ok", body: outcome.bytes };
    case "refused":
      return { status: "refused", message: outcome.reason };
    case "fault":
      return { status: "failed", message: `${outcome.code}: ${outcome.message}` };
  }
}

function answer(result: CallResult, fuel: number, startMs: number): void {
  const message: AnswerMessage = { result, fuel, tookMs: performance.now() - startMs };
  const withLog = host.lines.length === 0 ? message : { ...message, log: host.lines };
  const isLarge = result.status === "ok" && result.body.length >= TRANSFERRED_BYTES;
  port.postMessage(withLog, isLarge ? [result.body.buffer as ArrayBuffer] : []);
}

void serve();
