/** A physics step: bodies that fall, bounce off the walls and push each other apart. */
class Body {
  x: f64 = 0;
  y: f64 = 0;
  vx: f64 = 0;
  vy: f64 = 0;
  radius: f64 = 0;
}

const COUNT = 48;
const WALL: f64 = 1000;
const bodies = new Array<Body>();
for (let n = 0; n < COUNT; n++) {
  const body = new Body();
  body.x = ((n * 137) % 997) as f64;
  body.y = ((n * 71) % 991) as f64;
  body.vx = ((n % 7) - 3) as f64;
  body.vy = ((n % 5) - 2) as f64;
  body.radius = (8 + (n % 9)) as f64;
  bodies.push(body);
}

function collide(a: Body, b: Body): void {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const reach = a.radius + b.radius;
  const squared = dx * dx + dy * dy;
  if (squared >= reach * reach || squared == 0) return;
  const distance = Math.sqrt(squared);
  const push = ((reach - distance) * 0.5) / distance;
  a.vx -= dx * push;
  a.vy -= dy * push;
  b.vx += dx * push;
  b.vy += dy * push;
}

function step(dt: f64): void {
  for (let n = 0; n < COUNT; n++) {
    const body = bodies[n];
    body.vy += 9.81 * dt;
    body.x += body.vx * dt;
    body.y += body.vy * dt;
    if (body.x < 0 || body.x > WALL) {
      body.vx = -body.vx * 0.9;
      body.x = Math.min(Math.max(body.x, 0), WALL);
    }
    if (body.y < 0 || body.y > WALL) {
      body.vy = -body.vy * 0.9;
      body.y = Math.min(Math.max(body.y, 0), WALL);
    }
  }
  for (let n = 0; n < COUNT; n++) {
    for (let m = n + 1; m < COUNT; m++) collide(bodies[n], bodies[m]);
  }
}

export function run(): f64 {
  for (let n = 0; n < 20; n++) step(1.0 / 60.0);
  return bodies[3].x;
}
