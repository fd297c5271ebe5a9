/** SIGTERM and SIGINT: the first drains and stops the node, a second one does not wait any longer. */
import type { Logger } from "../telemetry/log.ts";

interface Stoppable {
  stop(): Promise<void>;
  kill(): void;
}

/** The exit code of a process that did not end as it should have. */
const FORCED_EXIT = 1;

/** Ends this process with code 0 after an orderly stop, 1 after a forced or failed one. */
export function stopOnSignals(node: Stoppable, log: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      log.warn({ signal }, "stopping at once");
      node.kill();
      process.exit(FORCED_EXIT);
    }
    stopping = true;
    log.info({ signal }, "draining; a second signal stops at once");
    node.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "the node could not be stopped in order");
        node.kill();
        process.exit(FORCED_EXIT);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
