/** Sparks, bubbles and rings: a bounded set of short-lived lights without any effect on the game. */

const MAX_PARTICLES = 500;

interface Particle {
  x: number;
  y: number;
  vx: number;
  vy: number;
  /** Seconds left, and in all. */
  left: number;
  life: number;
  size: number;
  colour: string;
  ring: boolean;
}

export class Particles {
  #particles: Particle[] = [];

  /** `count` sparks that fly off in all directions, at up to `speed` units a second. */
  burst(x: number, y: number, colour: string, count: number, speed: number): void {
    for (let i = 0; i < count; i++) {
      const angle = Math.random() * 2 * Math.PI;
      const pace = speed * (0.3 + 0.7 * Math.random());
      const life = 0.35 + Math.random() * 0.45;
      const size = 1.5 + Math.random() * 3;
      const [vx, vy] = [Math.cos(angle) * pace, Math.sin(angle) * pace];
      this.#add({ x, y, vx, vy, left: life, life, size, colour, ring: false });
    }
  }

  /** A ring that widens to `size` units. */
  ring(x: number, y: number, colour: string, size: number): void {
    this.#add({ x, y, vx: 0, vy: 0, left: 0.5, life: 0.5, size, colour, ring: true });
  }

  /** One bubble that stays behind. */
  bubble(x: number, y: number, colour: string): void {
    const life = 0.3 + Math.random() * 0.4;
    const [vx, vy] = [(Math.random() - 0.5) * 30, (Math.random() - 0.5) * 30];
    this.#add({ x, y, vx, vy, left: life, life, size: 2 + Math.random() * 4, colour, ring: false });
  }

  #add(particle: Particle): void {
    if (this.#particles.length >= MAX_PARTICLES) this.#particles.shift();
    this.#particles.push(particle);
  }

  /** Moves them by `seconds` and draws them. */
  draw(context: CanvasRenderingContext2D, seconds: number): void {
    this.#particles = this.#particles.filter((particle) => {
      particle.left -= seconds;
      return particle.left > 0;
    });
    context.globalCompositeOperation = "lighter";
    for (const particle of this.#particles) this.#drawOne(context, particle, seconds);
    context.globalAlpha = 1;
    context.globalCompositeOperation = "source-over";
  }

  #drawOne(context: CanvasRenderingContext2D, particle: Particle, seconds: number): void {
    const share = particle.left / particle.life;
    context.globalAlpha = share;
    context.beginPath();
    if (particle.ring) {
      context.lineWidth = 1 + 5 * share;
      context.strokeStyle = particle.colour;
      context.arc(particle.x, particle.y, particle.size * (1 - share * share), 0, 7);
      context.stroke();
      return;
    }
    particle.x += particle.vx * seconds;
    particle.y += particle.vy * seconds;
    particle.vx *= 1 - 2.5 * seconds;
    particle.vy *= 1 - 2.5 * seconds;
    context.fillStyle = particle.colour;
    context.arc(particle.x, particle.y, particle.size * (0.4 + 0.6 * share), 0, 7);
    context.fill();
  }
}
