/** Draws the room, and sends where you point. The message layout is at the top of c/main.c. */
import { connect, Reader, Writer } from "@rockpool/client";

const WALK = 1;
const SIZE = 100;

interface Dot {
  x: number;
  y: number;
}

const canvas = document.querySelector<HTMLCanvasElement>("#field")!;
const context = canvas.getContext("2d")!;
const status = document.querySelector("#status")!;

const name = new URLSearchParams(location.search).get("room") ?? "lobby";
const room = connect({ url: location.origin, function: "{{name}}", room: name });
let me = -1;
/** Where the server last said that each player is, and where we draw it. */
let dots = new Map<number, Dot>();
const drawn = new Map<number, Dot>();

room.on("welcome", (welcome) => {
  me = welcome.player;
  status.textContent = `room ${welcome.room}: click to walk, open another tab to meet yourself`;
});
room.on("message", (bytes) => {
  const message = new Reader(bytes);
  message.u8();
  dots = new Map();
  for (let left = message.varint(); left > 0; left--) {
    dots.set(message.u32(), { x: message.f32(), y: message.f32() });
  }
});
room.on("latency", (ms) => {
  status.textContent = `${dots.size} here, round trip ${ms.toFixed(1)} ms`;
});
room.on("reconnecting", () => {
  status.textContent = "connection lost, trying again …";
});
room.on("close", ({ code, reason }) => {
  status.textContent = `closed: ${reason} (${code})`;
});

canvas.addEventListener("pointerdown", (event) => {
  const x = (event.offsetX / canvas.clientWidth) * SIZE;
  const y = (event.offsetY / canvas.clientHeight) * SIZE;
  room.send(new Writer().u8(WALK).f32(x).f32(y).view());
});

function draw(): void {
  const scale = canvas.width / SIZE;
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const player of drawn.keys()) if (!dots.has(player)) drawn.delete(player);
  for (const [player, { x, y }] of dots) {
    const at = drawn.get(player) ?? { x, y };
    // Ease towards the server's position, so that 20 steps a second look smooth.
    at.x += (x - at.x) * 0.2;
    at.y += (y - at.y) * 0.2;
    drawn.set(player, at);
    context.beginPath();
    context.arc(at.x * scale, at.y * scale, 16, 0, Math.PI * 2);
    context.fillStyle = `hsl(${(player * 137) % 360} 70% 60%)`;
    context.fill();
    if (player === me) {
      context.lineWidth = 4;
      context.strokeStyle = "white";
      context.stroke();
    }
  }
  requestAnimationFrame(draw);
}
draw();
