/** The admin API of a node, as the commands use it: answers as values, everything else as a CommandFailure. */
import type { RecordingRule } from "../recording/rule.ts";
import type { RoomSummary } from "../room/summary.ts";
import type { DescribedFunction } from "../supervisor/admin/routes.ts";
import type { DeployResult, UpdateOptions } from "../supervisor/deploys.ts";
import type { NodeReading } from "../supervisor/reading.ts";
import { CommandFailure } from "./failure.ts";
import { fetchFrom, jsonOf } from "./http.ts";
import { type NodeAddress, TOKEN_VARIABLE } from "./nodeAddress.ts";

/** A recording as the API describes it; what its file is of is missing where that cannot be read. */
export interface NodeRecording {
  id: string;
  function?: string;
  room?: string;
  /** Digest of the component. */
  version?: string;
  /** Unix milliseconds. */
  startedAt?: number;
  bytes: number;
  /** Whether the room is still being recorded. */
  active: boolean;
}

export class AdminClient {
  readonly #node: NodeAddress;

  constructor(node: NodeAddress) {
    this.#node = node;
  }

  async functions(): Promise<DescribedFunction[]> {
    return (await this.#call<{ functions: DescribedFunction[] }>("GET", "functions")).functions;
  }

  function(name: string): Promise<DescribedFunction> {
    return this.#call("GET", `functions/${encodeURIComponent(name)}`);
  }

  deploy(name: string, component: Uint8Array, options: UpdateOptions = {}): Promise<DeployResult> {
    return this.#call("PUT", `functions/${encodeURIComponent(name)}${updateQuery(options)}`, component);
  }

  rollback(name: string, options: UpdateOptions = {}): Promise<DeployResult> {
    return this.#call("POST", `functions/${encodeURIComponent(name)}/rollback${updateQuery(options)}`);
  }

  async remove(name: string): Promise<void> {
    await this.#call("DELETE", `functions/${encodeURIComponent(name)}`);
  }

  /** Live rooms, of one function or of all. */
  async rooms(functionName?: string): Promise<RoomSummary[]> {
    const query = functionName === undefined ? "" : `?function=${encodeURIComponent(functionName)}`;
    return (await this.#call<{ rooms: RoomSummary[] }>("GET", `rooms${query}`)).rooms;
  }

  async nodes(): Promise<NodeReading[]> {
    return (await this.#call<{ nodes: NodeReading[] }>("GET", "nodes")).nodes;
  }

  /** Resolves when the node answers and takes the token; for before work that would be lost otherwise. */
  async checkToken(): Promise<void> {
    await this.#call("GET", "token");
  }

  /** Records rooms of a function from now on. */
  record(functionName: string, query: URLSearchParams): Promise<RecordingRule> {
    return this.#call("PUT", `recording/${encodeURIComponent(functionName)}?${query}`);
  }

  /** Ends the recordings of a function, or all; how many rules that were. */
  async stopRecording(functionName?: string): Promise<number> {
    const path = functionName === undefined ? "recording" : `recording/${encodeURIComponent(functionName)}`;
    return (await this.#call<{ stopped: number }>("DELETE", path)).stopped;
  }

  recordings(): Promise<{ rules: RecordingRule[]; recordings: NodeRecording[] }> {
    return this.#call("GET", "recordings");
  }

  async removeRecording(id: string): Promise<void> {
    await this.#call("DELETE", `recordings/${encodeURIComponent(id)}`);
  }

  /** The file of a recording, as it is now. */
  recording(id: string): Promise<Buffer> {
    return this.#bytes(`recordings/${encodeURIComponent(id)}`);
  }

  /** A component that the node has, by its digest: `sha256:` and hex digits, which a path takes as they are. */
  component(digest: string): Promise<Buffer> {
    return this.#bytes(`components/${digest}`);
  }

  async #call<T>(method: string, path: string, body?: Uint8Array): Promise<T> {
    const response = await this.#ask(method, path, body);
    const answer = await jsonOf(response);
    if (response.ok) return answer as T;
    throw this.#failure(response, answer);
  }

  async #bytes(path: string): Promise<Buffer> {
    const response = await this.#ask("GET", path);
    if (!response.ok) throw this.#failure(response, await jsonOf(response));
    return Buffer.from(await response.arrayBuffer());
  }

  #ask(method: string, path: string, body?: Uint8Array): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#node.token !== null) headers.authorization = `Bearer ${this.#node.token}`;
    const url = `${this.#node.url}/admin/v1/${path}`;
    return fetchFrom(url, { method, headers, ...(body && { body }) }, ABSENT_NODE);
  }

  #failure({ status, url }: Response, answer: unknown): CommandFailure {
    if (status === 401) return unauthorized(this.#node);
    const { code, message } = (answer ?? {}) as { code?: unknown; message?: unknown };
    if (typeof code !== "string" || typeof message !== "string") {
      return new CommandFailure(
        "not-a-node",
        `${url} answered HTTP ${status}, not as a node does`,
        ABSENT_NODE,
      );
    }
    return new CommandFailure(code, message);
  }
}

function updateQuery({ update }: UpdateOptions): string {
  return update === undefined ? "" : `?update=${update}`;
}

const ABSENT_NODE = `start one with "rockpool start", or name its admin API with --node URL or its folder with --data PATH`;

/** A token that was refused is another matter than one that was not found: looking for it again does not help. */
function unauthorized({ url, tokenSource }: NodeAddress): CommandFailure {
  if (tokenSource === null) {
    return new CommandFailure(
      "unauthorized",
      `the node at ${url} wants its admin token`,
      `name its data folder with --data, or put the token (its file admin.token) in ${TOKEN_VARIABLE}`,
    );
  }
  const advice =
    tokenSource === TOKEN_VARIABLE
      ? "put the text of that node's file admin.token there, or unset it to use the data folder's"
      : `it is another node's: name the right data folder with --data, or put its token in ${TOKEN_VARIABLE}`;
  return new CommandFailure(
    "unauthorized",
    `the node at ${url} refused the token from ${tokenSource}`,
    advice,
  );
}
