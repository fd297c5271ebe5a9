/**
 * Where the labels of the original body are in the rewritten one, which has more of them: a branch to the n-th
 * label outwards there is a branch to another number here. Heights count open labels from the function's own,
 * 0, inwards.
 */
export class OutputLabels {
  /** Height of the innermost open label. */
  #height = 0;
  /** Height of the label that each original label stands for, innermost last. */
  readonly #targets = [0];

  get height(): number {
    return this.#height;
  }

  /** A label that the original has, too. */
  open(): void {
    this.#targets.push(++this.#height);
  }

  close(): void {
    this.#targets.pop();
    this.#height--;
  }

  /** A label of the rewritten body alone; what goes to the innermost original label still does. */
  openAdded(): number {
    return ++this.#height;
  }

  closeAdded(): void {
    this.#height--;
  }

  /** From here on, what goes to the innermost original label goes to the label at `height`. */
  redirect(height: number): void {
    this.#targets[this.#targets.length - 1] = height;
  }

  /** The depth of the label that the original one at `depth` stands for. */
  depthOf(depth: number): number {
    return this.depthTo(this.#targets[this.#targets.length - 1 - depth]!);
  }

  depthTo(height: number): number {
    return this.#height - height;
  }

  /** The depth of the label that ends the function. */
  get outermost(): number {
    return this.depthTo(this.#targets[0]!);
  }
}
