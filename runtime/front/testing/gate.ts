/** A promise that a test resolves (Promise.withResolvers came with Node.js 22). */
export class Gate<T = void> {
  readonly promise: Promise<T>;
  #open!: (value: T) => void;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(value: T): void {
    this.#open(value);
  }
}
