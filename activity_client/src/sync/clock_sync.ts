/**
 * When to ask for the time: a burst at joining, then never, since every report's answer bears the stamps anyway.
 *
 * A burst is over in a second, and finds the fastest way up and down among its exchanges; on a line that scatters much
 * more of them find faster ones, so there it is repeated twice within the first half minute. Nothing of it is sent while
 * nothing happens.
 */

import type { Alarms } from './alarms';
import type { Clock } from './clock';
import { CLOCK_BURST, CLOCK_BURST_SPACING_MS, type ClockStamps } from './protocol';

/** Where the usual round trip takes so much longer than the fastest, more samples are worth their messages. */
const SCATTERED_MS = 12;
/** When, after a burst, another one is made on such a line. */
const AGAIN_AFTER_MS = [3_000, 12_000] as const;
/** After a sample that contradicts the others: is it false, or was a clock set? */
const DOUBT_MS = 250;
/** Who comes and goes, or presses again and again, shall not be taken for a flood (60 messages in ten seconds). */
const BURSTS_APART_MS = 8_000;
/** With fewer samples the clock is not acted on, unless no more come in this time. */
const ENOUGH_SAMPLES = 4;
const ENOUGH_AFTER_MS = 700;

export type ClockAlarm = 'burst' | 'again' | 'doubt';

export interface ClockSyncOptions {
  readonly clock: Clock;
  readonly alarms: Alarms<ClockAlarm>;
  readonly now: () => number;
  /** Asks for the time; false where that is not possible now. */
  readonly ask: () => boolean;
}

export class ClockSync {
  readonly #options: ClockSyncOptions;
  #firstSampleMs: number | null = null;
  #burstAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ClockSyncOptions) {
    this.#options = options;
  }

  /** Whether there are samples enough to act on. */
  get isReady(): boolean {
    const { clock, now } = this.#options;
    const waited = this.#firstSampleMs === null ? 0 : now() - this.#firstSampleMs;
    return clock.sampleCount >= ENOUGH_SAMPLES || (clock.isSet && waited >= ENOUGH_AFTER_MS);
  }

  add(stamps: ClockStamps): void {
    const { clock, alarms, now } = this.#options;
    this.#firstSampleMs ??= now();
    if (clock.add(stamps, now()) === 'doubtful') {
      alarms.set('doubt', DOUBT_MS, () => this.#options.ask());
    }
  }

  /** Begins a burst, unless there has just been one. */
  burst(repeats: number = AGAIN_AFTER_MS.length): void {
    if (this.#options.now() - this.#burstAtMs >= BURSTS_APART_MS) {
      this.#begin(repeats);
    }
  }

  stop(): void {
    this.#options.alarms.stopAll();
  }

  #begin(repeats: number): void {
    this.#burstAtMs = this.#options.now();
    this.#options.alarms.stop('again');
    this.#step(CLOCK_BURST, repeats);
  }

  #step(left: number, repeats: number): void {
    if (left === 0) {
      this.#plan(repeats);
    } else if (this.#options.ask()) {
      this.#options.alarms.set('burst', CLOCK_BURST_SPACING_MS, () => this.#step(left - 1, repeats));
    }
  }

  #plan(repeats: number): void {
    const waitMs = AGAIN_AFTER_MS.at(-repeats);
    if (repeats === 0 || waitMs === undefined) {
      return;
    }
    this.#options.alarms.set('again', waitMs, () => {
      if (this.#options.clock.jitterMs > SCATTERED_MS) {
        this.#begin(repeats - 1);
      }
    });
  }
}
