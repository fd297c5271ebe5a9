/** A player who comes back as soon as its room is gone, for rooms that end themselves. */
import { type Endpoint, Routes } from "./endpoint.ts";
import { Player } from "./player.ts";

class Lodger {
  stays = 0;
  readonly #join: () => Promise<Player>;
  #player: Player | null = null;
  #isOver = false;

  constructor(join: () => Promise<Player>) {
    this.#join = join;
  }

  async stay(): Promise<void> {
    const player = await this.#join();
    this.stays++;
    this.#player = player;
    player.ended = () => {
      if (!this.#isOver) void this.stay();
    };
  }

  leave(): Promise<void> {
    this.#isOver = true;
    return this.#player!.leave();
  }
}

const lodgers = new Map<string, Lodger>();

/** Begins to stay in a room; resolves when it is in it for the first time. */
export async function lodge(request: { endpoint: Endpoint; room: string; label: string }): Promise<void> {
  const { endpoint, room, label } = request;
  const routes = new Routes(endpoint, "learned");
  const lodger = new Lodger(() => Player.join(endpoint, room, routes));
  lodgers.set(label, lodger);
  await lodger.stay();
}

/** Leaves for good. Answers how often it came. */
export async function moveOut({ label }: { label: string }): Promise<{ stays: number }> {
  const lodger = lodgers.get(label);
  if (lodger === undefined) throw new Error(`nobody lodges as "${label}"`);
  lodgers.delete(label);
  await lodger.leave();
  return { stays: lodger.stays };
}
