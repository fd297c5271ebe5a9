/** The routes of the admin API, and what of the node they use. */
import type { IncomingMessage } from "node:http";
import { isName, NAME_RULE, UPDATE_POLICIES } from "@rockpool/protocol";
import type { RoomSummary, ShardStats } from "../../shard/contract.ts";
import type { FunctionEntry } from "../../store/registry.ts";
import type { Metrics } from "../../telemetry/prometheus.ts";
import type { DeployOptions, DeployResult, UpdateOptions } from "../deploys.ts";
import type { Health } from "../health.ts";
import type { NodeReading } from "../reading.ts";
import type { Recordings } from "../recordings.ts";
import { AdminError } from "./adminError.ts";
import { RECORDING_ROUTES } from "./recordingRoutes.ts";
import { json, type Reply } from "./reply.ts";
import { readUpload } from "./upload.ts";

/** What the admin API needs of a node. */
export interface Administered {
  deploy(component: Uint8Array, options: DeployOptions): Promise<DeployResult>;
  rollback(name: string, options: UpdateOptions): Promise<DeployResult>;
  undeploy(name: string): Promise<void>;
  functions(): FunctionEntry[];
  rooms(functionName?: string): Promise<RoomSummary[]>;
  reading(): Promise<NodeReading>;
  stats(): Promise<ShardStats[]>;
  health(): Health;
  /** Null: the node has no such component. */
  component(digest: string): Promise<Uint8Array | null>;
  readonly recordings: Recordings;
}

/** A deployed function as the API describes it. */
export interface DescribedFunction {
  function: string;
  /** Digest of the component. */
  version: string;
  /** Unix milliseconds. */
  deployedAt: number;
  info: FunctionEntry["info"];
  /** Newest first; the first is the current one. */
  versions: { digest: string; deployedAt: number }[];
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
  method: "GET" | "PUT" | "POST" | "DELETE";
  path: RegExp;
  /** Open to everyone who reaches the port, for load balancers. */
  open?: true;
  /** Needs the token even on loopback, where reading is free: it tells about the token, or what players have sent. */
  guarded?: true;
  run(call: Call): Promise<Reply>;
}

const ONE_FUNCTION = /^\/admin\/v1\/functions\/([^/]*)$/;

export const ROUTES: readonly Route[] = [
  ...RECORDING_ROUTES,
  {
    method: "PUT",
    path: ONE_FUNCTION,
    async run({ node, request, query, part, uploadBytes }) {
      const name = checkedName(part);
      const update = updateOf(query);
      const component = await readUpload(request, uploadBytes);
      return json(await node.deploy(component, { name, ...update }));
    },
  },
  {
    method: "GET",
    path: ONE_FUNCTION,
    async run({ node, part }) {
      const name = checkedName(part);
      const entry = node.functions().find((one) => one.name === name);
      if (entry === undefined)
        throw new AdminError(404, "no-such-function", `no function "${name}" is deployed here`);
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
    method: "POST",
    path: /^\/admin\/v1\/functions\/([^/]*)\/rollback$/,
    async run({ node, query, part }) {
      return json(await node.rollback(checkedName(part), updateOf(query)));
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
    // Asked before work that would be lost if the token were refused afterwards.
    method: "GET",
    path: /^\/admin\/v1\/token$/,
    guarded: true,
    run: async () => json({ ok: true }),
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

function describe(entry: FunctionEntry): DescribedFunction {
  const { name, info, deployedAt, former } = entry;
  const versions = [entry, ...former].map((one) => ({ digest: one.info.digest, deployedAt: one.deployedAt }));
  return { function: name, version: info.digest, deployedAt, info, versions };
}

function checkedName(text: string): string {
  if (isName(text)) return text;
  throw new AdminError(400, "bad-name", `a function's name is ${NAME_RULE}`);
}

/** What is to become of live rooms, where the caller says so. */
function updateOf(query: URLSearchParams): UpdateOptions {
  const asked = query.get("update");
  if (asked === null) return {};
  const update = UPDATE_POLICIES.find((policy) => policy === asked);
  if (update !== undefined) return { update };
  throw new AdminError(400, "bad-query", `update must be ${UPDATE_POLICIES.join(", ")}`);
}
