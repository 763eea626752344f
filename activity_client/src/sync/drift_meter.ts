/**
 * How far the media is from where it should be: the median of a few readings.
 *
 * Single readings lie. A frame's media time jumps by a whole frame, `currentTime` is stepped on some systems, a busy
 * page reads late. The median of five does not care for two of them; their spread tells how far to trust it.
 *
 * While a correction runs the error changes between readings by a known amount, so that older readings are moved along
 * instead of being thrown away.
 */

const READINGS = 5;
/** With fewer nothing is decided. */
const ENOUGH = 3;

interface Reading {
  readonly atMs: number;
  error: number;
}

export class DriftMeter {
  #readings: Reading[] = [];
  #newestMs = Number.NEGATIVE_INFINITY;

  /** @param error seconds, as of `nowMs`; a reading taken at the same `atMs` as the last one is no new reading */
  add(atMs: number, error: number): void {
    if (atMs <= this.#newestMs) {
      return;
    }
    this.#newestMs = atMs;
    this.#readings.push({ atMs, error });
    if (this.#readings.length > READINGS) {
      this.#readings.shift();
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

  /** Seconds; null while there are too few readings. */
  get error(): number | null {
    return this.#readings.length < ENOUGH ? null : middle(this.#readings.map((reading) => reading.error));
  }

  get isFull(): boolean {
    return this.#readings.length === READINGS;
  }

  /** Seconds that a usual reading is away from the median. */
  get spread(): number {
    const centre = middle(this.#readings.map((reading) => reading.error));
    return middle(this.#readings.map((reading) => Math.abs(reading.error - centre)));
  }
}

function middle(values: number[]): number {
  const sorted = values.sort((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
}
