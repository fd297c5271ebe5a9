/** How a creature and a pearl look. */
import type { Creature, Point } from "./snapshot.ts";

const RADIUS = 20;
const FULL = 2 * Math.PI;

/** A slot's hue in degrees; the golden angle keeps neighbours apart. */
export function hueOf(slot: number): number {
  return (168 + slot * 137.5) % 360;
}

export function colourOf(slot: number, bot: boolean): string {
  return `hsl(${hueOf(slot)} ${bot ? 45 : 90}% ${bot ? 62 : 66}%)`;
}

export interface Look {
  name: string;
  bot: boolean;
  mine: boolean;
  leads: boolean;
}

/** @param time seconds, for what moves by itself */
export function drawCreature(
  context: CanvasRenderingContext2D,
  creature: Creature,
  look: Look,
  time: number,
): void {
  const colour = colourOf(creature.slot, look.bot);
  context.save();
  context.translate(creature.x, creature.y);
  drawGlow(context, colour, creature, look);
  context.save();
  context.rotate(Math.atan2(creature.faceY, creature.faceX));
  if (creature.stunned) context.rotate(Math.sin(time * 40) * 0.35);
  if (creature.dashing) context.scale(1.25, 0.82);
  drawBody(context, creature, look, time);
  context.restore();
  drawShells(context, creature, colour);
  if (creature.shielded && !creature.stunned) drawBubble(context, time);
  if (look.mine) drawRest(context, creature.rest);
  drawLabel(context, look);
  context.restore();
}

function drawGlow(
  context: CanvasRenderingContext2D,
  colour: string,
  { dashing }: Creature,
  { mine }: Look,
): void {
  const reach = dashing ? 70 : mine ? 58 : 44;
  const glow = context.createRadialGradient(0, 0, RADIUS * 0.6, 0, 0, reach);
  glow.addColorStop(0, colour);
  glow.addColorStop(1, "transparent");
  context.globalCompositeOperation = "lighter";
  context.globalAlpha = dashing ? 0.55 : mine ? 0.38 : 0.24;
  context.fillStyle = glow;
  context.fillRect(-reach, -reach, 2 * reach, 2 * reach);
  context.globalAlpha = 1;
  context.globalCompositeOperation = "source-over";
}

function drawBody(context: CanvasRenderingContext2D, creature: Creature, look: Look, time: number): void {
  const hue = hueOf(creature.slot);
  const saturation = look.bot ? 40 : 85;
  // Fins that beat.
  context.fillStyle = `hsl(${hue} ${saturation}% 45%)`;
  for (const side of [-1, 1]) {
    context.save();
    context.rotate(side * (2.45 + Math.sin(time * 9 + creature.slot) * 0.25));
    context.beginPath();
    context.ellipse(RADIUS * 0.95, 0, 11, 5.5, 0, 0, FULL);
    context.fill();
    context.restore();
  }
  const body = context.createRadialGradient(5, -7, 2, 0, 0, RADIUS);
  body.addColorStop(0, `hsl(${hue} ${saturation}% 82%)`);
  body.addColorStop(0.5, `hsl(${hue} ${saturation}% 58%)`);
  body.addColorStop(1, `hsl(${hue} ${saturation}% 34%)`);
  context.fillStyle = body;
  context.beginPath();
  context.arc(0, 0, RADIUS - 2, 0, FULL);
  context.fill();
  for (const side of [-1, 1]) {
    context.fillStyle = "#f4fffd";
    context.beginPath();
    context.arc(9, side * 7.5, 5, 0, FULL);
    context.fill();
    context.fillStyle = "#04161f";
    context.beginPath();
    context.arc(creature.stunned ? 9 : 11, side * 7.5, 2.4, 0, FULL);
    context.fill();
  }
}

/** One arc for every shell that is left. */
function drawShells(context: CanvasRenderingContext2D, { shells }: Creature, colour: string): void {
  context.lineWidth = 3.5;
  context.lineCap = "round";
  for (let i = 0; i < 3; i++) {
    context.strokeStyle = i < shells ? colour : "#ffffff1f";
    context.beginPath();
    const start = -Math.PI / 2 + (i * FULL) / 3;
    context.arc(0, 0, RADIUS + 5, start + 0.2, start + FULL / 3 - 0.2);
    context.stroke();
  }
}

function drawBubble(context: CanvasRenderingContext2D, time: number): void {
  context.lineWidth = 2;
  context.strokeStyle = `rgb(220 255 250 / ${0.35 + 0.25 * Math.sin(time * 8)})`;
  context.fillStyle = "#bff6ec14";
  context.beginPath();
  context.arc(0, 0, RADIUS + 12, 0, FULL);
  context.fill();
  context.stroke();
}

/** How much of the rest between dashes is over. */
function drawRest(context: CanvasRenderingContext2D, rest: number): void {
  context.lineWidth = 3;
  context.strokeStyle = rest === 0 ? "#ffffffd0" : "#ffffff70";
  context.beginPath();
  context.arc(0, 0, RADIUS + 11, -Math.PI / 2, -Math.PI / 2 + FULL * (1 - rest));
  context.stroke();
}

function drawLabel(context: CanvasRenderingContext2D, { name, bot, mine, leads }: Look): void {
  context.textAlign = "center";
  context.font = `${mine ? 700 : 500} 15px system-ui, sans-serif`;
  context.lineWidth = 4;
  context.strokeStyle = "#02101abb";
  context.strokeText(name, 0, -RADIUS - 16);
  context.fillStyle = mine ? "#ffffff" : bot ? "#a9c9cb" : "#e2f5f2";
  context.fillText(name, 0, -RADIUS - 16);
  if (!leads) return;
  context.fillStyle = "#ffd76a";
  context.strokeStyle = "#7a5200";
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(-11, -RADIUS - 34);
  for (const [x, y] of [
    [-12, -47],
    [-5, -41],
    [0, -50],
    [5, -41],
    [12, -47],
    [11, -34],
  ] as const) {
    context.lineTo(x, y - RADIUS);
  }
  context.closePath();
  context.fill();
  context.stroke();
}

/** Half the side of a pearl's picture. */
const PEARL_REACH = 22;
let pearlPicture: HTMLCanvasElement | null = null;

export function drawPearl(
  context: CanvasRenderingContext2D,
  id: number,
  { x, y }: Point,
  time: number,
): void {
  pearlPicture ??= paintPearl();
  const bob = Math.sin(time * 2.2 + id) * 2.5;
  context.drawImage(pearlPicture, x - PEARL_REACH, y - PEARL_REACH + bob, 2 * PEARL_REACH, 2 * PEARL_REACH);
}

/** All pearls look the same, so one picture serves them all; it is painted at twice its size, to stay sharp. */
function paintPearl(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 4 * PEARL_REACH;
  const context = canvas.getContext("2d")!;
  context.scale(2, 2);
  context.translate(PEARL_REACH, PEARL_REACH);
  const glow = context.createRadialGradient(0, 0, 2, 0, 0, PEARL_REACH);
  glow.addColorStop(0, "#fff3d680");
  glow.addColorStop(1, "#fff3d600");
  context.fillStyle = glow;
  context.fillRect(-PEARL_REACH, -PEARL_REACH, 2 * PEARL_REACH, 2 * PEARL_REACH);
  const pearl = context.createRadialGradient(-3, -3, 0.5, 0, 0, 8);
  pearl.addColorStop(0, "#ffffff");
  pearl.addColorStop(0.5, "#fdeccb");
  pearl.addColorStop(1, "#c9a1a8");
  context.fillStyle = pearl;
  context.beginPath();
  context.arc(0, 0, 7.5, 0, FULL);
  context.fill();
  return canvas;
}
