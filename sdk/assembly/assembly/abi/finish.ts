/**
 * What happens after every callback. Garbage is collected here, where the stack holds no references, and not
 * within a callback: so the compiler needs no shadow stack, which costs every function that touches an object.
 * One callback's garbage is bounded by its fuel.
 */
import { reset } from "./arena";

/** Garbage that may pile up before it is worth a collection, in bytes. */
// @ts-ignore: decorator
@inline const SLACK: usize = 8192;

/** Heap in use at which the next collection is due, in bytes. */
let due: usize = SLACK;

export function finish(): void {
  reset();
  // @ts-ignore: the collector's count of managed bytes, named by the build
  if (ROCKPOOL_HEAP < due) return;
  __collect();
  // Twice what lives, so that a large heap is not walked after every callback.
  // @ts-ignore: see above
  const live: usize = ROCKPOOL_HEAP;
  due = live + max(live, SLACK);
}
