/** The deployed functions as the front shows them. Counts are of the whole node. */
import type { FunctionDirectory, FunctionEntry } from "../front/front.ts";
import type { PageSource } from "../front/pages.ts";
import type { ImageInfo } from "../image/image.ts";
import type { Functions } from "../instance/functions.ts";
import type { Rooms } from "../room/rooms.ts";

export class ShardDirectory implements FunctionDirectory {
  readonly #functions: Functions;
  readonly #rooms: Rooms;

  constructor(functions: Functions, rooms: Rooms) {
    this.#functions = functions;
    this.#rooms = rooms;
  }

  async list(): Promise<FunctionEntry[]> {
    return await Promise.all([...this.#functions.all()].map((deployed) => this.#entry(deployed.record)));
  }

  page(functionName: string): PageSource | null {
    const record = this.#functions.get(functionName)?.record;
    return record === undefined ? null : { digest: record.info.digest, pageFile: record.pageFile };
  }

  async #entry({ info, pageFile }: { info: ImageInfo; pageFile: string | null }): Promise<FunctionEntry> {
    const { name, kind } = info.manifest;
    const rooms = (await this.#rooms.list(name)) ?? [];
    const players = rooms.reduce((sum, room) => sum + room.players, 0);
    return { name, kind, version: info.digest, page: pageFile !== null, players, rooms: rooms.length };
  }
}
