/** The routes of recordings, and of the components that they are replayed with. */
import { createReadStream } from "node:fs";
import { type ListedRecording, RECORDING_DEFAULTS } from "../recordings.ts";
import { AdminError } from "./adminError.ts";
import { json } from "./reply.ts";
import type { Route } from "./routes.ts";

const RULE = /^\/admin\/v1\/recording\/([^/]+)$/;
const ONE = /^\/admin\/v1\/recordings\/([^/]+)$/;
const BINARY = "application/octet-stream";

export const RECORDING_ROUTES: readonly Route[] = [
  {
    method: "PUT",
    path: RULE,
    async run({ node, query, part }) {
      const rule = await node.recordings.record({
        function: part,
        rooms: query.get("rooms") ?? "*",
        seconds: numberOf(query, "seconds", RECORDING_DEFAULTS.seconds),
        bytes: numberOf(query, "bytes", RECORDING_DEFAULTS.bytes),
      });
      return json(rule);
    },
  },
  {
    method: "DELETE",
    path: RULE,
    run: async ({ node, part }) => json({ stopped: await node.recordings.stop(part) }),
  },
  {
    method: "DELETE",
    path: /^\/admin\/v1\/recording$/,
    run: async ({ node }) => json({ stopped: await node.recordings.stop(null) }),
  },
  {
    method: "GET",
    path: /^\/admin\/v1\/recordings$/,
    guarded: true,
    async run({ node: { recordings } }) {
      return json({ rules: recordings.rules, recordings: (await recordings.list()).map(described) });
    },
  },
  {
    method: "GET",
    path: ONE,
    guarded: true,
    async run({ node, part }) {
      return { status: 200, type: BINARY, body: createReadStream(node.recordings.path(part)) };
    },
  },
  {
    method: "DELETE",
    path: ONE,
    async run({ node, part }) {
      await node.recordings.remove(part);
      return json({ recording: part, removed: true });
    },
  },
  {
    method: "GET",
    path: /^\/admin\/v1\/components\/([^/]+)$/,
    guarded: true,
    async run({ node, part }) {
      const component = await node.component(part);
      if (component === null) {
        throw new AdminError(404, "no-such-component", "the node has no component of this digest any more");
      }
      return { status: 200, type: BINARY, body: Buffer.from(component) };
    },
  },
];

function described({ id, header, bytes, active }: ListedRecording) {
  const { function: functionName, room, digest, startedAt } = header ?? {};
  return { id, function: functionName, room, version: digest, startedAt, bytes, active };
}

function numberOf(query: URLSearchParams, key: string, initial: number): number {
  const text = query.get(key);
  return text === null ? initial : Number(text);
}
