/** What does not move: water, sand and rocks, painted once for a scene and a size, then copied every frame. */
import type { Circle, Scene } from "./snapshot.ts";

/** Units of shore around the pool. */
export const MARGIN = 26;

/** @param scale device pixels a unit */
export function paintBackdrop(scene: Scene, scale: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((scene.width + 2 * MARGIN) * scale);
  canvas.height = Math.ceil((scene.height + 2 * MARGIN) * scale);
  const context = canvas.getContext("2d")!;
  context.scale(scale, scale);
  context.translate(MARGIN, MARGIN);
  paintWater(context, scene);
  const random = seeded(scene.rocks.length + scene.rocks.reduce((sum, rock) => sum + rock.x * rock.y, 1));
  paintSand(context, scene, random);
  for (const rock of scene.rocks) paintRock(context, rock, random);
  return canvas;
}

function paintWater(context: CanvasRenderingContext2D, { width, height }: Scene): void {
  context.shadowColor = "#3fd6c8";
  context.shadowBlur = 40;
  context.fillStyle = "#06222e";
  context.beginPath();
  context.roundRect(0, 0, width, height, 36);
  context.fill();
  context.shadowBlur = 0;
  const light = context.createRadialGradient(
    width * 0.5,
    height * 0.42,
    60,
    width * 0.5,
    height * 0.5,
    width * 0.62,
  );
  light.addColorStop(0, "#125c69");
  light.addColorStop(0.55, "#0b3b4c");
  light.addColorStop(1, "#061f2e");
  context.fillStyle = light;
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = "#5df0d666";
  context.stroke();
  context.clip();
}

function paintSand(context: CanvasRenderingContext2D, { width, height }: Scene, random: () => number): void {
  for (let i = 0; i < 1400; i++) {
    context.fillStyle = random() < 0.8 ? "#bff6ec10" : "#ffd9a81c";
    const size = 0.6 + random() * 2.2;
    context.beginPath();
    context.arc(random() * width, random() * height, size, 0, 7);
    context.fill();
  }
  // Weeds: soft dark tufts that give the floor some depth.
  for (let i = 0; i < 26; i++) {
    const [x, y, radius] = [random() * width, random() * height, 40 + random() * 120];
    const tuft = context.createRadialGradient(x, y, 0, x, y, radius);
    tuft.addColorStop(0, random() < 0.5 ? "#02161f66" : "#0f6a5a40");
    tuft.addColorStop(1, "#02161f00");
    context.fillStyle = tuft;
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
  }
}

function paintRock(context: CanvasRenderingContext2D, { x, y, radius }: Circle, random: () => number): void {
  const shade = context.createRadialGradient(x, y + 12, radius * 0.7, x, y + 12, radius * 1.35);
  shade.addColorStop(0, "#010a10cc");
  shade.addColorStop(1, "#010a1000");
  context.fillStyle = shade;
  context.fillRect(x - radius * 1.5, y - radius * 1.5, radius * 3, radius * 3);
  const stone = context.createRadialGradient(x - radius * 0.4, y - radius * 0.5, radius * 0.1, x, y, radius);
  stone.addColorStop(0, "#6d8791");
  stone.addColorStop(0.6, "#34505c");
  stone.addColorStop(1, "#172d38");
  context.fillStyle = stone;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = "#8ff5e42e";
  context.stroke();
  const barnacles = Math.round(radius / 5);
  for (let i = 0; i < barnacles; i++) {
    const angle = random() * 7;
    const away = radius * (0.25 + 0.65 * random());
    const size = 2 + random() * 5;
    context.fillStyle = random() < 0.3 ? "#ff9d7d40" : "#d7f3ec2b";
    context.beginPath();
    context.arc(x + Math.cos(angle) * away, y + Math.sin(angle) * away, size, 0, 7);
    context.fill();
    context.strokeStyle = "#02161f50";
    context.lineWidth = 1;
    context.stroke();
  }
}

/** Mulberry32 (T. Ettinger): the same scene looks the same in every tab. */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
