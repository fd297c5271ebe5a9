/** The admin API of a node under test, over HTTP as any client uses it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { UpdatePolicy } from "@rockpool/protocol";
import type { RoomSummary } from "@rockpool/runtime/shard/contract.js";
import { adminFiles } from "@rockpool/runtime/store/adminFiles.js";
import type { DeployResult } from "@rockpool/runtime/supervisor/deploys.js";
import type { NodeReading } from "@rockpool/runtime/supervisor/reading.js";

export interface AdminAnswer {
  status: number;
  // Answers are checked by the tests that ask.
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes
  json: any;
}

export class Admin {
  readonly url: string;
  readonly #data: string;

  /** @param data the node's data folder, where the token lies */
  constructor(url: string, data: string) {
    this.url = url.replace(/\/$/, "");
    this.#data = data;
  }

  get token(): string {
    return readFileSync(adminFiles(this.#data).token, "utf8").trim();
  }

  /** A request with the token. */
  async request(method: string, path: string, body?: Uint8Array): Promise<AdminAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    return { status: response.status, json: await response.json() };
  }

  /** Deploys, whatever comes of it. */
  put(name: string, component: Uint8Array, update: UpdatePolicy = "new-rooms"): Promise<AdminAnswer> {
    return this.request("PUT", `/admin/v1/functions/${name}?update=${update}`, component);
  }

  /** Deploys; it must succeed. */
  async deploy(name: string, component: Uint8Array, update?: UpdatePolicy): Promise<DeployResult> {
    const { status, json } = await this.put(name, component, update);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }

  /** Goes back to the version before; it must succeed. */
  async rollback(name: string, update: UpdatePolicy = "new-rooms"): Promise<DeployResult> {
    const { status, json } = await this.request(
      "POST",
      `/admin/v1/functions/${name}/rollback?update=${update}`,
    );
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }

  async reading(): Promise<NodeReading> {
    return (await this.request("GET", "/admin/v1/nodes")).json.nodes[0];
  }

  async rooms(functionName: string): Promise<RoomSummary[]> {
    return (await this.request("GET", `/admin/v1/rooms?function=${functionName}`)).json.rooms;
  }
}
