/** A value that changes, and those who want to know. */

export interface Readable<Value> {
  readonly value: Value;
  /** Calls the listener after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

export class Store<Value> implements Readable<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(first: Value) {
    this.#value = first;
  }

  get value(): Value {
    return this.#value;
  }

  set(next: Value): void {
    if (!Object.is(next, this.#value)) {
      this.#value = next;
      for (const listener of [...this.#listeners]) {
        listener();
      }
    }
  }

  /** Replaces some fields of an object. */
  change(fields: Partial<Value>): void {
    this.set({ ...this.#value, ...fields });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
