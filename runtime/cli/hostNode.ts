/** A node in this process, for the commands that run one; and what people need to know once it runs. */
import type { Config } from "../config/options.ts";
import { ImageBuilder } from "../image/imageBuilder.ts";
import { Node } from "../supervisor/node.ts";
import { stopOnSignals } from "../supervisor/signals.ts";
import { createLogger } from "../telemetry/log.ts";
import { withProgress } from "./output.ts";

/** Starts a node that drains and ends this process at the first SIGINT or SIGTERM, and at once at the second. */
export async function hostNode(config: Config): Promise<Node> {
  const log = createLogger({ level: config.logLevel });
  const builder = new ImageBuilder(config.max);
  const node = await withProgress("starting the node", Node.start(config, { log, builder }));
  stopOnSignals(node, log);
  return node;
}

export interface NodeAddresses {
  /** Where one can play. */
  play: string;
  /** The dashboard and the admin API. */
  admin: string;
  data: string;
}

export function addressesOf(node: Node, config: Config): NodeAddresses {
  const scheme = config.tlsCert === null ? "http" : "https";
  return {
    play: `${scheme}://${hostForPeople(config.host)}:${node.ports.port}/`,
    admin: `${node.adminUrl}/`,
    data: config.data,
  };
}

/** A host as it stands in a URL: the name of this machine for "all addresses". */
function hostForPeople(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
