/**
 * A fake server for the client's tests: real sockets that speak the node's side of the protocol, frame by
 * frame, as each test dictates. Everything a client does can be awaited, so no test sleeps.
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { ServerOp, type Welcome } from "@rockpool/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import { u32Frame } from "./u32.ts";

/** Values that arrive now or later, each taken once, in order. */
class Arrivals<T> {
  readonly #waiting: ((value: T) => void)[] = [];
  readonly #values: T[] = [];

  put(value: T): void {
    const taker = this.#waiting.shift();
    if (taker) taker(value);
    else this.#values.push(value);
  }

  next(): Promise<T> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift()!);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get count(): number {
    return this.#values.length;
  }
}

export class FakeConnection {
  /** Path and query as the client asked for them. */
  readonly target: string;
  readonly protocol: string;
  /** The close code the client's side ended with. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #frames = new Arrivals<Uint8Array>();

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.#socket = socket;
    this.target = request.url ?? "";
    this.protocol = socket.protocol;
    this.closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("message", (data: Buffer) => this.#frames.put(new Uint8Array(data)));
  }

  /** What the client asked to resume; empty where it asked for nothing. */
  get asked(): Record<string, string> {
    const query = Object.fromEntries(new URL(this.target, "ws://fake").searchParams);
    return Object.fromEntries(
      Object.entries(query).filter(([name]) => /^(resume|received|epoch)$/.test(name)),
    );
  }

  /** The next frame of the client. */
  frame(): Promise<Uint8Array> {
    return this.#frames.next();
  }

  /** Frames that came and were not taken. */
  get unread(): number {
    return this.#frames.count;
  }

  send(opcode: number, payload: Uint8Array = new Uint8Array()): void {
    this.#socket.send(Uint8Array.of(opcode, ...payload));
  }

  /** Acknowledges the client's DATA. */
  ack(count: number): void {
    this.send(ServerOp.Ack, u32Frame(0, count).subarray(1));
  }

  sendJson(opcode: number, value: unknown): void {
    this.send(opcode, new TextEncoder().encode(JSON.stringify(value)));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  sendNothing(): void {
    this.#socket.send(new Uint8Array());
  }

  welcome(fields: Partial<Welcome> = {}): void {
    const version = `sha256:${"0".repeat(64)}`;
    this.sendJson(ServerOp.Welcome, {
      room: "lobby",
      player: 1,
      function: "arena",
      version,
      tickRate: 30,
      node: "fake",
      ...fields,
    });
  }

  /** WELCOME of a node that keeps seats: a new one, unless `fields` say otherwise. */
  seated(fields: Partial<Welcome> = {}): void {
    this.welcome({ resume: "t1", resumed: false, received: 0, sent: 0, epoch: 0, ...fields });
  }

  /** Resolves once everything that the client had sent is here: its WebSocket answers a ping of RFC 6455. */
  async settled(): Promise<void> {
    const pong = once(this.#socket, "pong");
    this.#socket.ping();
    await pong;
  }

  close(code: number, reason = ""): void {
    this.#socket.close(code, reason);
  }

  /** The connection breaks without a close frame: the client sees 1006. */
  break(): void {
    this.#socket.terminate();
  }

  /** Stops reading and answering, as a network that is gone does. */
  freeze(): void {
    this.#socket.pause();
  }
}

export class FakeServer {
  readonly url: string;
  readonly #connections = new Arrivals<FakeConnection>();

  private constructor(port: number) {
    this.url = `ws://127.0.0.1:${port}`;
  }

  /** Listens on a free port until the test ends. */
  static async start(test: TestContext): Promise<FakeServer> {
    const listener = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(listener, "listening");
    const server = new FakeServer((listener.address() as AddressInfo).port);
    listener.on("connection", (socket, request) =>
      server.#connections.put(new FakeConnection(socket, request)),
    );
    test.after(() => {
      for (const socket of listener.clients) socket.terminate();
      listener.close();
    });
    return server;
  }

  /** The next connection of a client. */
  connection(): Promise<FakeConnection> {
    return this.#connections.next();
  }

  /** Connections that came and were not taken. */
  get waiting(): number {
    return this.#connections.count;
  }
}
