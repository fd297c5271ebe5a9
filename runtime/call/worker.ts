/** The worker thread: images and warm instances of its own, one call at a time. */
import { handleCall } from "../instance/callGuest.ts";
import type { Guest } from "../instance/guest.ts";
import { LoadedImage } from "../instance/loadedImage.ts";
import { Pool } from "../instance/pool.ts";
import { CallHost } from "./callHost.ts";
import type { CallAnswer, CallTask } from "./task.ts";

/** Images kept by a thread; the one loaded first goes first. */
const KEPT_IMAGES = 64;

const pools = new Map<string, Promise<Pool<Guest>>>();
const host = new CallHost();

export default async function run(task: CallTask): Promise<CallAnswer> {
  const pool = await poolOf(task);
  const guest = pool.claim();
  guest.host = host;
  host.begin(task.info.manifest.limits.logBytes);
  const outcome = handleCall(guest, task.request);
  const answer: CallAnswer = {
    outcome:
      outcome.status === "bytes"
        ? { status: "ok", body: outcome.bytes }
        : outcome.status === "refused"
          ? { status: "refused", message: outcome.reason }
          : { status: "failed", message: `${outcome.code}: ${outcome.message}` },
    fuel: guest.fuelUsed,
    log: host.lines,
  };
  pool.release(guest);
  pool.tend();
  return answer;
}

function poolOf(task: CallTask): Promise<Pool<Guest>> {
  const { digest, manifest } = task.info;
  let pool = pools.get(digest);
  if (pool === undefined) {
    pool = LoadedImage.load(task, "on-demand").then(
      (image) => new Pool(image, Math.max(1, manifest.pool.size), 0, () => {}),
    );
    pools.set(digest, pool);
    pool.catch(() => pools.delete(digest));
    const oldest = pools.keys().next().value;
    if (pools.size > KEPT_IMAGES && oldest !== undefined) pools.delete(oldest);
  }
  return pool;
}
