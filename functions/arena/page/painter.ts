/** Puts a frame together: backdrop, light, pearls, creatures, particles, to the size of the window. */
import { MARGIN, paintBackdrop } from "./backdrop.ts";
import { colourOf, drawCreature, drawPearl } from "./creatures.ts";
import { Particles } from "./particles.ts";
import type { Creature, PoolEvent } from "./snapshot.ts";
import type { World } from "./world.ts";

/** Sharper than this costs more time than it shows. */
const MAX_PIXEL_RATIO = 2;

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #particles = new Particles();
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #backdrop: HTMLCanvasElement | null = null;
  /** What the backdrop was painted for. */
  #backdropKey = "";
  #shake = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false })!;
  }

  /**
   * @param creatures where they are to be seen, present ones only
   * @param seconds since the last frame
   * @param time seconds since any moment
   */
  draw(
    world: World,
    creatures: readonly Creature[],
    mine: number | null,
    seconds: number,
    time: number,
  ): void {
    const context = this.#context;
    const scale = this.#fit(world);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#020c14";
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    const { width, height } = world.scene;
    const left = (this.#canvas.width - width * scale) / 2 + this.#jolt(seconds) * scale;
    const top = (this.#canvas.height - height * scale) / 2 + this.#jolt(0) * scale;
    context.drawImage(this.#backdrop!, left - MARGIN * scale, top - MARGIN * scale);
    context.setTransform(scale, 0, 0, scale, left, top);
    this.#drawLight(world, time);
    for (const [id, pearl] of world.scene.pearls) drawPearl(context, id, pearl, time);
    this.#drawCreatures(world, creatures, mine, time);
    this.#particles.draw(context, seconds);
  }

  /** Shows what happened in the pool. */
  effects(world: World, events: readonly PoolEvent[], mine: number | null): void {
    const colour = (slot: number) => colourOf(slot, world.roster.get(slot)?.bot ?? true);
    for (const { what, a, b, x, y } of events) {
      if (what === "pearlTaken") this.#particles.burst(x, y, "#fff0cf", 8, 120);
      if (what === "dashed") this.#particles.burst(x, y, colour(a), 10, 170);
      if (what === "appeared") this.#particles.ring(x, y, colour(a), 70);
      if (what !== "hit" && what !== "popped") continue;
      const popped = what === "popped";
      this.#particles.burst(x, y, colour(b), popped ? 60 : 26, popped ? 460 : 300);
      this.#particles.burst(x, y, "#ffffff", popped ? 20 : 8, 220);
      this.#particles.ring(x, y, colour(a), popped ? 150 : 80);
      if (a === mine || b === mine) this.#shake = popped ? 14 : 8;
    }
  }

  /** Fits the pool into the window and answers with device pixels a unit. */
  #fit(world: World): number {
    const ratio = Math.min(devicePixelRatio, MAX_PIXEL_RATIO);
    const [width, height] = [Math.round(innerWidth * ratio), Math.round(innerHeight * ratio)];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const { scene } = world;
    const scale = Math.min(width / (scene.width + 2 * MARGIN), height / (scene.height + 2 * MARGIN));
    const key = `${scale} ${scene.width} ${scene.height} ${JSON.stringify(scene.rocks)}`;
    if (key !== this.#backdropKey) {
      this.#backdrop = paintBackdrop(scene, scale);
      this.#backdropKey = key;
    }
    return scale;
  }

  #jolt(seconds: number): number {
    this.#shake = Math.max(0, this.#shake - 40 * seconds);
    return this.#calm.matches ? 0 : (Math.random() - 0.5) * this.#shake;
  }

  /** Slow patches of sunlight on the floor. */
  #drawLight({ scene }: World, time: number): void {
    const context = this.#context;
    context.globalCompositeOperation = "lighter";
    for (let i = 0; i < 6; i++) {
      const x = scene.width * (0.5 + 0.45 * Math.sin(time * 0.07 * (1 + i * 0.23) + i * 2.1));
      const y = scene.height * (0.5 + 0.42 * Math.cos(time * 0.09 * (1 + i * 0.17) + i * 1.3));
      const radius = 180 + 60 * Math.sin(time * 0.5 + i);
      const light = context.createRadialGradient(x, y, 0, x, y, radius);
      light.addColorStop(0, "#2bd0c41c");
      light.addColorStop(1, "#2bd0c400");
      context.fillStyle = light;
      context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    }
    context.globalCompositeOperation = "source-over";
  }

  #drawCreatures(world: World, creatures: readonly Creature[], mine: number | null, time: number): void {
    const best = Math.max(...creatures.map((creature) => creature.score));
    // The player's own comes last and so lies on top.
    const ordered = [...creatures].sort((a, b) => Number(a.slot === mine) - Number(b.slot === mine));
    for (const creature of ordered) {
      const resident = world.roster.get(creature.slot);
      if (!resident) continue;
      if (creature.dashing) this.#particles.bubble(creature.x, creature.y, colourOf(creature.slot, false));
      const leads = best > 0 && creature.score === best;
      const look = { name: resident.name, bot: resident.bot, mine: creature.slot === mine, leads };
      drawCreature(this.#context, creature, look, time);
    }
  }
}
