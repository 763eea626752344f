/**
 * How far the media is from where it should be, out of some readings.
 *
 * Single readings lie. A frame's media time jumps with the beat of the screen, `currentTime` is stepped on some systems,
 * a busy page reads late. So the outer third of them on either side is left out, and the rest averaged. Of five that is
 * about the median: it does not care for two of them, and tells quickly where something happened. Of twenty-five it tells
 * finely where nothing does. How far either may be trusted follows from how much readings have scattered lately.
 *
 * While a correction runs the error changes between readings by a known amount, so that older readings are moved along
 * instead of being thrown away.
 */

const MANY = 25;
const FEW = 5;
/** With fewer nothing is decided. */
const ENOUGH = 3;
/** Seconds: where the newest few differ so much from all, something has happened, and the few count. */
const HAPPENED = 0.02;
/** Scatter is remembered over about so many readings. */
const SCATTER_MEMORY = 50;
/** What is told of n readings is off by this over the root of n, in usual distances from it. */
const ERROR_OF_ONE = 1.9;

interface Reading {
  readonly atMs: number;
  error: number;
}

export class DriftMeter {
  #readings: Reading[] = [];
  #newestMs = Number.NEGATIVE_INFINITY;
  #scatter = 0;

  /** @param error seconds, as of now; a reading taken at the same `atMs` as the last one is no new reading */
  add(atMs: number, error: number): void {
    if (atMs <= this.#newestMs) {
      return;
    }
    this.#newestMs = atMs;
    this.#readings.push({ atMs, error });
    if (this.#readings.length > MANY) {
      this.#readings.shift();
    }
    if (this.isFull) {
      this.#scatter += (this.spread - this.#scatter) / SCATTER_MEMORY;
    }
  }

  /** Moves all readings by what a correction has done since. */
  shift(seconds: number): void {
    for (const reading of this.#readings) {
      reading.error += seconds;
    }
  }

  /** Forgets the readings, and refuses those taken before `sinceMs`. */
  clear(sinceMs: number): void {
    this.#readings = [];
    this.#newestMs = sinceMs;
  }

  /** Forgets all but the newest few: those before were of something that had not settled yet. */
  keepNewest(): void {
    this.#readings = this.#readings.slice(-FEW);
  }

  /** Seconds; null while there are too few readings. */
  get error(): number | null {
    return this.#readings.length < ENOUGH ? null : core(this.#trusted());
  }

  /** Whether there are as many as are needed to be sure of more than a trifle. */
  get isFull(): boolean {
    return this.#readings.length >= FEW;
  }

  /** Whether more readings would tell no more. */
  get isSated(): boolean {
    return this.#readings.length >= MANY;
  }

  /** Seconds that a usual one of the newest readings is away from their median. */
  get spread(): number {
    return spreadOf(this.#newest());
  }

  /** Seconds by which `error` may be off. */
  get uncertainty(): number {
    const errors = this.#trusted();
    return (ERROR_OF_ONE * Math.max(this.#scatter, spreadOf(errors))) / Math.sqrt(errors.length);
  }

  #newest(): number[] {
    return this.#readings.slice(-FEW).map((reading) => reading.error);
  }

  #trusted(): number[] {
    const all = this.#readings.map((reading) => reading.error);
    const newest = this.#newest();
    return Math.abs(middle(all) - middle(newest)) > HAPPENED ? newest : all;
  }
}

function spreadOf(errors: readonly number[]): number {
  const centre = middle(errors);
  return middle(errors.map((error) => Math.abs(error - centre)));
}

/** The mean of the middle third or so. */
function core(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const outer = Math.floor((sorted.length - 1) / 3 + 0.7);
  const inner = sorted.slice(outer, sorted.length - outer);
  return inner.reduce((sum, value) => sum + value, 0) / inner.length;
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
}
