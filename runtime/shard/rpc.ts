/**
 * Requests with a result over the IPC channel of a child process, in both directions at once.
 *
 * Every request ends exactly once: with its result, with the other side's error (code and message), when its
 * time is up, or when the channel closes, so nobody waits for a process that has died. A method is looked up
 * in a Map: a message cannot reach anything but the handlers, whatever name it carries.
 */

/** What `process` and a forked `ChildProcess` have in common; fork with `serialization: "advanced"`. */
export interface Channel {
  readonly connected: boolean;
  send?(
    message: unknown,
    handle: undefined,
    options: undefined,
    callback: (error: Error | null) => void,
  ): boolean;
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "disconnect", listener: () => void): unknown;
}

type Method = (...params: never[]) => unknown;
/** The one parameter of a method; undefined for a method without one. */
export type Params<M> = M extends (...params: infer P) => unknown ? P[0] : never;
export type Result<M> = M extends (...params: never[]) => infer R ? R : never;

/** An implementation of every method of a map; each may be asynchronous. */
export type Handlers<Methods> = {
  [Name in keyof Methods]: (
    params: Params<Methods[Name]>,
  ) => Result<Methods[Name]> | Promise<Result<Methods[Name]>>;
};

/**
 * Why a request failed. `code` is the thrown error's own `code` where the other side's handler threw one
 * (else `internal`), or one of `rpc-closed`, `rpc-timeout`, `rpc-unknown-method`, `rpc-not-cloneable`.
 */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Failure {
  code: string;
  message: string;
}

type Message =
  | { rpc: "ask"; id: number; method: string; params: unknown }
  | { rpc: "result"; id: number; result: unknown }
  | { rpc: "failure"; id: number; failure: Failure };

interface Waiting {
  resolve(result: unknown): void;
  reject(error: RpcError): void;
  timer: NodeJS.Timeout | null;
}

/** How long `call` waits when it is not told, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * One end of a channel that answers `Answers` and asks for `Asks`: a shard is a
 * `Rpc<ShardMethods, SupervisorMethods>`, the supervisor's end the reverse.
 */
export class Rpc<Answers, Asks> {
  readonly #channel: Channel;
  readonly #waiting = new Map<number, Waiting>();
  #handlers = new Map<string, Method>();
  #nextId = 1;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.on("message", (message) => this.#receive(message));
    channel.on("disconnect", () => this.#closed());
  }

  /**
   * Sets what answers the other side's requests: a plain object of functions. Call it in the turn that made
   * this end, before a request can arrive.
   */
  handle(handlers: Handlers<Answers>): void {
    this.#handlers = new Map(Object.entries(handlers) as [string, Method][]);
  }

  /**
   * Asks the other side. Rejects with {@link RpcError}.
   * @param timeoutMs milliseconds until it rejects with `rpc-timeout`; `Infinity` waits as long as the
   *   channel stands.
   */
  call<Name extends keyof Asks & string>(
    method: Name,
    params: Params<Asks[Name]>,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<Result<Asks[Name]>> {
    const id = this.#nextId++;
    return new Promise<unknown>((resolve, reject) => {
      const timer = Number.isFinite(timeoutMs)
        ? setTimeout(() => this.#timeOut(id, method, timeoutMs), timeoutMs)
        : null;
      this.#waiting.set(id, { resolve, reject, timer });
      this.#send({ rpc: "ask", id, method, params }, (failure) => this.#settle(id)?.reject(toError(failure)));
    }) as Promise<Result<Asks[Name]>>;
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    if (waiting.timer !== null) clearTimeout(waiting.timer);
    return waiting;
  }

  #timeOut(id: number, method: string, timeoutMs: number): void {
    const error = new RpcError("rpc-timeout", `"${method}" was not answered within ${timeoutMs} ms`);
    this.#settle(id)?.reject(error);
  }

  #closed(): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(toError(CLOSED));
  }

  #receive(message: unknown): void {
    if (!isMessage(message)) return;
    if (message.rpc === "ask") void this.#answer(message.id, message.method, message.params);
    else if (message.rpc === "result") this.#settle(message.id)?.resolve(message.result);
    else this.#settle(message.id)?.reject(toError(message.failure));
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    const fail = (failure: Failure): void => this.#send({ rpc: "failure", id, failure }, ignoreGoneAsker);
    const handler = this.#handlers.get(method) as ((params: unknown) => unknown) | undefined;
    if (handler === undefined) {
      fail({ code: "rpc-unknown-method", message: `there is no method "${method}" here` });
      return;
    }
    try {
      const result = await handler(params);
      this.#send({ rpc: "result", id, result }, (failure) => {
        if (failure.code === "rpc-not-cloneable") fail(failure);
      });
    } catch (error) {
      fail(toFailure(error));
    }
  }

  #send(message: Message, failed: (failure: Failure) => void): void {
    const channel = this.#channel;
    if (!channel.connected || channel.send === undefined) {
      failed(CLOSED);
      return;
    }
    try {
      channel.send(message, undefined, undefined, (error) => {
        if (error !== null) failed(CLOSED);
      });
    } catch (error) {
      // The serializer throws at once for what cannot be cloned, before anything is sent.
      failed({ code: "rpc-not-cloneable", message: (error as Error).message });
    }
  }
}

const CLOSED: Failure = { code: "rpc-closed", message: "the other process is gone" };

/** An answer that cannot be delivered has nobody left to hear of it: the asker's end rejected by itself. */
function ignoreGoneAsker(): void {}

function toError(failure: Failure): RpcError {
  return new RpcError(failure.code, failure.message);
}

function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: "internal", message: String(error) };
  const code = (error as { code?: unknown }).code;
  return { code: typeof code === "string" ? code : "internal", message: error.message };
}

/** Other messages may share the channel, and are not ours. */
function isMessage(message: unknown): message is Message {
  return typeof message === "object" && message !== null && "rpc" in message && "id" in message;
}
