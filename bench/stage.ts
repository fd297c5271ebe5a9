/** Everything that a bench starts, so that all of it ends with the bench, however that ends. */
import { CLIENT, type ClientMethods } from "./clients/contract.ts";
import type { Endpoint } from "./clients/endpoint.ts";
import { BenchNode } from "./node/benchNode.ts";
import { BARE_ECHO, type BareEchoMethods } from "./peers/bareEcho.ts";
import { SLEEPER, type SleeperMethods } from "./peers/sleeper.ts";
import { Child } from "./process/child.ts";

export interface BareServer {
  pid: number;
  endpoint: Endpoint;
}

export class Stage {
  readonly #started: { stop(): Promise<void> }[] = [];

  async node(options: Record<string, string> = {}): Promise<BenchNode> {
    return this.#own(await BenchNode.start(options));
  }

  async bareEcho(): Promise<BareServer> {
    const child = this.program<BareEchoMethods>(BARE_ECHO);
    const port = await child.ask("listen", undefined);
    return { pid: child.pid, endpoint: { dialect: "bare", url: `ws://127.0.0.1:${port}`, function: "echo" } };
  }

  client(): Child<ClientMethods> {
    return this.program(CLIENT);
  }

  sleeper(): Child<SleeperMethods> {
    return this.program(SLEEPER);
  }

  program<Methods>(program: URL): Child<Methods> {
    return this.#own(Child.start<Methods>(program));
  }

  #own<Started extends { stop(): Promise<void> }>(started: Started): Started {
    this.#started.push(started);
    return started;
  }

  /** Ends all of it, the last first: clients before their servers. */
  async close(): Promise<void> {
    for (const one of this.#started.splice(0).reverse()) await one.stop();
  }
}
