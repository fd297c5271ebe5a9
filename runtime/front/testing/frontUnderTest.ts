/** Starts a real front on free ports, for the front's tests. */
import type { Calls } from "../../call/calls.ts";
import { type FrontCounters, makeCounters } from "../counters.ts";
import { type Front, type FrontPorts, type FrontSetup, openFront } from "../front.ts";
import type { FrontOptions } from "../options.ts";
import { EchoLobby } from "./echoLobby.ts";

export interface FrontUnderTest {
  front: Front;
  ports: FrontPorts;
  lobby: EchoLobby;
  counters: FrontCounters;
  /** Messages that were logged. */
  logged: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

export type TransportName = "uws" | "ws";
/** Every socket test runs over both. */
export const TRANSPORTS: TransportName[] = ["uws", "ws"];

const noCalls: Calls = {
  call: async () => ({ status: "not-found", message: "no call functions in this test" }),
};

export async function startFront(
  transport: FrontOptions["transport"],
  options: Partial<FrontOptions> = {},
  setup: Partial<FrontSetup> = {},
): Promise<FrontUnderTest> {
  const lobby = new EchoLobby();
  const counters = makeCounters();
  const logged: string[] = [];
  const log = (_details: object, message: string) => logged.push(message);
  const front = await openFront({
    options: {
      shard: 0,
      shards: 1,
      node: "test-node",
      host: "127.0.0.1",
      port: 0,
      ownPort: 0,
      publicUrl: null,
      tls: null,
      transport,
      door: { connectionsPerAddress: 100, unsentBytes: 1_048_576 },
      cors: ["*"],
      ...options,
    },
    ownPorts: () => [],
    lobby,
    calls: noCalls,
    functions: { list: () => [], page: () => null },
    landing: new Map(),
    ready: () => ({ ready: true }),
    counters,
    log: { warn: log, error: log },
    ...setup,
  });
  const ports = await front.listen();
  const dispose = async () => front.destroy();
  return { front, ports, lobby, counters, logged, [Symbol.asyncDispose]: dispose };
}
