/** Timers by name: setting one again replaces it, and all can be stopped at once. */

export interface Timers {
  setTimeout(action: () => void, ms: number): number;
  clearTimeout(timer: number): void;
}

export class Alarms<Name extends string> {
  readonly #timers: Timers;
  readonly #set = new Map<Name, number>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  set(name: Name, ms: number, action: () => void): void {
    this.stop(name);
    const timer = this.#timers.setTimeout(() => {
      this.#set.delete(name);
      action();
    }, ms);
    this.#set.set(name, timer);
  }

  isSet(name: Name): boolean {
    return this.#set.has(name);
  }

  stop(name: Name): void {
    const timer = this.#set.get(name);
    if (timer !== undefined) {
      this.#timers.clearTimeout(timer);
      this.#set.delete(name);
    }
  }

  stopAll(): void {
    for (const name of [...this.#set.keys()]) {
      this.stop(name);
    }
  }
}
