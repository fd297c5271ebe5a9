/** Keyboard and touch, as the bits of an input message. */

export const Key = { Up: 1, Down: 2, Left: 4, Right: 8, Dash: 16 } as const;

const BINDINGS = new Map<string, number>([
  ["KeyW", Key.Up],
  ["ArrowUp", Key.Up],
  ["KeyS", Key.Down],
  ["ArrowDown", Key.Down],
  ["KeyA", Key.Left],
  ["ArrowLeft", Key.Left],
  ["KeyD", Key.Right],
  ["ArrowRight", Key.Right],
  ["Space", Key.Dash],
]);

/** Share of the stick's radius that counts as no direction. */
const DEAD_ZONE = 0.3;

export class Controls {
  readonly #held = new Set<string>();
  #stick = 0;
  #dash = 0;
  readonly #changed: (keys: number) => void;
  #last = 0;

  /** @param changed called with all keys held, whenever they change */
  constructor(changed: (keys: number) => void) {
    this.#changed = changed;
    addEventListener("keydown", (event) => this.#key(event, true));
    addEventListener("keyup", (event) => this.#key(event, false));
    // A key released outside of the window is never heard of again.
    addEventListener("blur", () => this.#release());
  }

  get keys(): number {
    let keys = this.#stick | this.#dash;
    for (const code of this.#held) keys |= BINDINGS.get(code) ?? 0;
    return keys;
  }

  /** Makes `stick` a joystick and `dash` a button, for fingers. */
  touch(stick: HTMLElement, dash: HTMLElement): void {
    const knob = stick.firstElementChild as HTMLElement;
    const move = (event: PointerEvent) => {
      const box = stick.getBoundingClientRect();
      const x = (2 * (event.clientX - box.left)) / box.width - 1;
      const y = (2 * (event.clientY - box.top)) / box.height - 1;
      knob.style.transform = `translate(${Math.max(-1, Math.min(1, x)) * 2}rem, ${Math.max(-1, Math.min(1, y)) * 2}rem)`;
      this.#stick =
        (y < -DEAD_ZONE ? Key.Up : 0) |
        (y > DEAD_ZONE ? Key.Down : 0) |
        (x < -DEAD_ZONE ? Key.Left : 0) |
        (x > DEAD_ZONE ? Key.Right : 0);
      this.#report();
    };
    stick.addEventListener("pointerdown", (event) => {
      stick.setPointerCapture(event.pointerId);
      move(event);
    });
    stick.addEventListener("pointermove", (event) => {
      if (stick.hasPointerCapture(event.pointerId)) move(event);
    });
    stick.addEventListener("lostpointercapture", () => {
      knob.style.transform = "";
      this.#stick = 0;
      this.#report();
    });
    const press = (down: boolean) => () => {
      this.#dash = down ? Key.Dash : 0;
      this.#report();
    };
    dash.addEventListener("pointerdown", press(true));
    dash.addEventListener("pointerup", press(false));
    dash.addEventListener("pointercancel", press(false));
  }

  #key(event: KeyboardEvent, down: boolean): void {
    if (!BINDINGS.has(event.code) || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    if (down) this.#held.add(event.code);
    else this.#held.delete(event.code);
    this.#report();
  }

  #release(): void {
    this.#held.clear();
    this.#report();
  }

  #report(): void {
    const keys = this.keys;
    if (keys === this.#last) return;
    this.#last = keys;
    this.#changed(keys);
  }
}
