/** A value that others watch. */

export class Shown<T> {
  #value: T;
  readonly #same: (a: T, b: T) => boolean;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<(value: T) => void>();

  /** `onError` is told of what a listener throws, so that one listener cannot silence the others. */
  constructor(value: T, same: (a: T, b: T) => boolean, onError: (error: unknown) => void) {
    this.#value = value;
    this.#same = same;
    this.#onError = onError;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (this.#same(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** Calls `listener` at every change; the returned function ends that. */
  on(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
