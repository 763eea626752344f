/**
 * Time that passes only when it is told to, and chance that is the same at every run.
 *
 * Everything of a simulation hangs on one `SimulatedTime`: timers, network, players. Promises are settled between two
 * events, as in a browser.
 */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
}

export class SimulatedTime {
  #nowMs = 0;
  #order = 0;
  #cancelled = new Set<number>();
  /** A binary heap, the earliest event first. */
  readonly #events: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Does something later; returns a number by which it can be cancelled. */
  after(ms: number, action: () => void): number {
    this.#order += 1;
    const event = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order, action };
    this.#events.push(event);
    this.#rise(this.#events.length - 1);
    return event.order;
  }

  cancel(event: number): void {
    this.#cancelled.add(event);
  }

  /** Lets time pass, with everything that falls into it. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settlePromises();
    for (let event = this.#events[0]; event !== undefined && event.atMs <= endMs; event = this.#events[0]) {
      this.#takeFirst();
      if (this.#cancelled.delete(event.order)) {
        continue;
      }
      this.#nowMs = event.atMs;
      event.action();
      await settlePromises();
    }
    this.#nowMs = endMs;
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) {
        return;
      }
      this.#swap(place, parent);
      place = parent;
    }
  }

  #takeFirst(): void {
    const last = this.#events.pop();
    if (last === undefined || this.#events.length === 0) {
      return;
    }
    this.#events[0] = last;
    for (let place = 0; ; ) {
      const left = 2 * place + 1;
      const child = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, place)) {
        return;
      }
      this.#swap(place, child);
      place = child;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const first = this.#events[one];
    const second = this.#events[other];
    if (first === undefined || second === undefined) {
      return first !== undefined;
    }
    return first.atMs === second.atMs ? first.order < second.order : first.atMs < second.atMs;
  }

  #swap(one: number, other: number): void {
    const first = this.#events[one];
    const second = this.#events[other];
    if (first !== undefined && second !== undefined) {
      this.#events[one] = second;
      this.#events[other] = first;
    }
  }
}

/** A promise of a promise takes three turns. */
async function settlePromises(): Promise<void> {
  await null;
  await null;
  await null;
}

/** Chance by a seed (mulberry32): from 0 to 1. */
export type Chance = () => number;

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Evenly between two numbers. */
export function between(random: Chance, least: number, most: number): number {
  return least + (most - least) * random();
}

/** About normally around 0 with deviation 1. */
export function bell(random: Chance): number {
  let sum = -6;
  for (let throwNumber = 0; throwNumber < 12; throwNumber += 1) {
    sum += random();
  }
  return sum;
}
