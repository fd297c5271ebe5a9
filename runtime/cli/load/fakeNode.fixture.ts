/**
 * A fake node for tests of the load tester: the wire over `ws`, without rooms or functions. It can stall, refuse,
 * move and drop players on demand, which a real node does not do when asked.
 */
import type { AddressInfo } from "node:net";
import { ClientOp, CloseCode, ServerOp, SUBPROTOCOL } from "@rockpool/protocol";
import { type WebSocket, WebSocketServer } from "ws";

export interface FakeNodeOptions {
  /** Answers PING and DATA; by default PONG and the same DATA. */
  onFrame?: (socket: WebSocket, frame: Buffer) => void;
  /** Handles a connection instead of WELCOME. */
  onJoin?: (socket: WebSocket, url: string) => void;
}

export class FakeNode {
  /** Paths that were joined, in order. */
  readonly joins: string[] = [];
  /** LEAVE frames that came. */
  leaves = 0;
  readonly url: string;
  readonly #server: WebSocketServer;

  constructor(server: WebSocketServer, options: FakeNodeOptions) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (socket, request) => {
      const url = request.url ?? "";
      this.joins.push(url);
      socket.on("message", (frame: Buffer) => {
        if (frame[0] === ClientOp.Leave) this.leaves++;
        (options.onFrame ?? answer)(socket, frame);
      });
      (options.onJoin ?? welcome)(socket, url);
    });
  }

  static async start(options: FakeNodeOptions = {}): Promise<FakeNode> {
    const server = new WebSocketServer({
      host: "127.0.0.1",
      port: 0,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    await new Promise((resolve) => server.once("listening", resolve));
    return new FakeNode(server, options);
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Sends a frame whose payload is JSON. */
export function sendJson(socket: WebSocket, opcode: number, json: unknown): void {
  socket.send(Buffer.concat([Buffer.of(opcode), Buffer.from(JSON.stringify(json))]));
}

export function welcome(socket: WebSocket): void {
  sendJson(socket, ServerOp.Welcome, {
    room: "r",
    player: 1,
    function: "f",
    version: "",
    tickRate: 0,
    node: "fake",
  });
}

export function answer(socket: WebSocket, frame: Buffer): void {
  const reply = Buffer.from(frame);
  reply[0] = frame[0] === ClientOp.Ping ? ServerOp.Pong : ServerOp.Data;
  if (frame[0] === ClientOp.Leave) socket.close(CloseCode.Left, "left");
  else socket.send(reply);
}

export function refuse(socket: WebSocket, code: CloseCode, message: string): void {
  sendJson(socket, ServerOp.Error, { code, message });
  socket.close(code, message);
}
