/** The routes of the admin API, and what of the node they use. */
import type { IncomingMessage } from "node:http";
import { isName, NAME_RULE } from "@rockpool/protocol";
import type { RoomSummary, ShardStats } from "../../shard/contract.ts";
import type { FunctionEntry } from "../../store/registry.ts";
import type { Metrics } from "../../telemetry/prometheus.ts";
import type { DeployOptions, DeployResult } from "../deploys.ts";
import type { Health } from "../health.ts";
import type { NodeReading } from "../reading.ts";
import { AdminError } from "./adminError.ts";
import { json, type Reply } from "./reply.ts";
import { readUpload } from "./upload.ts";

/** What the admin API needs of a node. */
export interface Administered {
  deploy(component: Uint8Array, options: DeployOptions): Promise<DeployResult>;
  undeploy(name: string): Promise<void>;
  functions(): FunctionEntry[];
  rooms(functionName?: string): Promise<RoomSummary[]>;
  reading(): Promise<NodeReading>;
  stats(): Promise<ShardStats[]>;
  health(): Health;
}

export interface Call {
  node: Administered;
  metrics: Metrics;
  uploadBytes: number;
  request: IncomingMessage;
  query: URLSearchParams;
  /** What the path's pattern caught; "" when it has no part to catch. */
  part: string;
}

export interface Route {
  method: "GET" | "PUT" | "DELETE";
  path: RegExp;
  /** Open to everyone who reaches the port, for load balancers. */
  open?: true;
  run(call: Call): Promise<Reply>;
}

const ONE_FUNCTION = /^\/admin\/v1\/functions\/([^/]*)$/;

export const ROUTES: readonly Route[] = [
  {
    method: "PUT",
    path: ONE_FUNCTION,
    async run({ node, request, query, part, uploadBytes }) {
      const name = checkedName(part);
      const rooms = choiceOf(query, "rooms", ["keep", "drain"]);
      const component = await readUpload(request, uploadBytes);
      return json(await node.deploy(component, { name, rooms }));
    },
  },
  {
    method: "GET",
    path: ONE_FUNCTION,
    async run({ node, part }) {
      const name = checkedName(part);
      const entry = node.functions().find((one) => one.name === name);
      if (entry === undefined)
        throw new AdminError(404, "no-such-function", `no function "${name}" is deployed`);
      return json(describe(entry));
    },
  },
  {
    method: "DELETE",
    path: ONE_FUNCTION,
    async run({ node, part }) {
      const name = checkedName(part);
      await node.undeploy(name);
      return json({ function: name, removed: true });
    },
  },
  {
    method: "GET",
    path: /^\/admin\/v1\/functions$/,
    run: async ({ node }) => json({ functions: node.functions().map(describe) }),
  },
  {
    method: "GET",
    path: /^\/admin\/v1\/rooms$/,
    async run({ node, query }) {
      const name = query.get("function");
      return json({ rooms: await (name === null ? node.rooms() : node.rooms(checkedName(name))) });
    },
  },
  {
    method: "GET",
    path: /^\/admin\/v1\/nodes$/,
    run: async ({ node }) => json({ nodes: [await node.reading()] }),
  },
  {
    method: "GET",
    path: /^\/metrics$/,
    async run({ node, metrics }) {
      return { status: 200, type: metrics.contentType, body: await metrics.render(await node.stats()) };
    },
  },
  { method: "GET", path: /^\/healthz$/, open: true, run: async () => json({ ok: true }) },
  {
    method: "GET",
    path: /^\/readyz$/,
    open: true,
    async run({ node }) {
      const health = node.health();
      return json(health, health.ready ? 200 : 503);
    },
  },
];

function describe({ name, info, deployedAt, versions }: FunctionEntry) {
  return { function: name, version: info.digest, deployedAt, info, versions };
}

function checkedName(text: string): string {
  if (isName(text)) return text;
  throw new AdminError(400, "bad-name", `a function's name is ${NAME_RULE}`);
}

/** The value of a query parameter; the first choice when it is absent. */
function choiceOf<const T extends string>(
  query: URLSearchParams,
  key: string,
  choices: readonly [T, ...T[]],
): T {
  const value = query.get(key) ?? choices[0];
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new AdminError(400, "bad-query", `${key} must be ${choices.join(" or ")}`);
}
