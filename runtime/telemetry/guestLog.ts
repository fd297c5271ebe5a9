/** A guest's own log lines: a budget of bytes a second, so that a guest cannot fill the disk; the rest is counted. */

/** Where text over the budget is counted. */
export interface LogLoss {
  guestLogBytesDropped: number;
}

/** The part of pino that rooms use. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

const LEVELS = ["debug", "info", "warn", "error"] as const;

export class GuestLog {
  readonly #logger: Logger;
  readonly #fields: { function: string; room?: string };
  /** How much the guest may write; changes with its version. */
  bytesPerSecond: number;
  readonly #loss: LogLoss;
  #second = 0;
  #used = 0;

  constructor(
    logger: Logger,
    functionName: string,
    room: string | null,
    bytesPerSecond: number,
    loss: LogLoss,
  ) {
    this.#logger = logger;
    this.#fields = room === null ? { function: functionName } : { function: functionName, room };
    this.bytesPerSecond = bytesPerSecond;
    this.#loss = loss;
  }

  /** @param level 0 debug … 3 error. */
  write(level: number, text: string): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#used = 0;
    }
    if (this.#used + text.length > this.bytesPerSecond) {
      this.#loss.guestLogBytesDropped += text.length;
      return;
    }
    this.#used += text.length;
    this.#logger[LEVELS[level]!](this.#fields, text);
  }
}

/** For a replay: the guest said it all before. */
export const SILENT_LOG: GuestLog = new GuestLog(
  { debug() {}, info() {}, warn() {}, error() {} },
  "",
  null,
  0,
  { guestLogBytesDropped: 0 },
);
